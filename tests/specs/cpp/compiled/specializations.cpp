// The compiler reports the specialization that a declared type is made of, and the constructor that is inherited.
//- user.cpp
struct Base { Base(int); Base(const char*); };
struct Derived : Base { using Base::Base; };
template <class A, class B> struct Pair { Pair(); };
template <class A> struct Pair<A, int> { void turn(); };
template <> struct Pair<bool, bool> { void flip(); };
Pair<char, int> partial;
//< [semantic] typeOf Pair<A, int> from partial
Pair<char, char> primary;
//< [semantic] typeOf Pair from primary
void take(const Pair<bool, bool>& explicitly) {
//               ^ [semantic] !references Pair
  Derived number(1), text("x");
//        ^ [semantic] calls Base::Base(int)
//        ^ [semantic] calls Base::Base(const char*)
}
