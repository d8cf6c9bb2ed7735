// What the compiler sees without a name: members that braces set, destructors of `delete`, constructors behind makers.
//- user.cpp
struct Base { int a; long b; };
struct Part : Base {
  union { int j; long k; };
  int l;
  int : 3;
  char name[4];
};
struct Whole { Base s; Part t; };
struct Copied { Copied(const Copied&); Copied(int); };
struct Held { Copied c; int z; };
template <class A> struct Pair { A a; int b; ~Pair(); };
struct Owned { ~Owned(); };
struct Plain { int q; };
namespace std {
template <class T> struct unique_ptr { unique_ptr(T* p); };
template <class T, class... A> unique_ptr<T> make_inner(A&&... a) { return unique_ptr<T>(new T(static_cast<A&&>(a)...)); }
template <class T, class... A> unique_ptr<T> make_unique(A&&... a) { return make_inner<T>(static_cast<A&&>(a)...); }
}
struct B { B(int, void*); B(char); };
Base from();
Copied copied();
void lists() {
  auto full = Part{
    {1,
//   ^ [semantic] references Base::a as write from lists
//   ^ [semantic] references Base
     2},
//   ^ [semantic] references Base::b as write
    3,
//  ^ [semantic] references Part::j as write
    4,
//  ^ [semantic] references Part::l as write
    "abc",
//  ^ [semantic] references Part::name as write
  };
  Whole v{
    {1},
//  ^ [semantic] references Whole::s as write
    2,
//  ^ [semantic] references Whole::t as write
//  ^ [semantic] references Base::a as write
  };
  Base c{
    from()
//  ^ [semantic] !references Base::a
  };
  Held h{
    copied(),
//  ^ [semantic] references Held::c as write
    5,
//  ^ [semantic] references Held::z as write
  };
  Pair<int> p{
    1,
//  ^ [semantic] references Pair::a as write
    2,
  };
}
void frees(Owned* o, Pair<int>* p, Plain* q) {
  delete o;
//^ [semantic] calls Owned::~Owned from frees
  delete[] p;
//^ [semantic] calls Pair::~Pair from frees
  delete q;
//^ !calls Plain
}
void makes() {
  std::make_unique<B>('a');
//     ^ [semantic] calls B::B(char)
//     ^ !calls B::B(int,void*)
  std::make_unique<B>(1, nullptr);
//     ^ [semantic] calls B::B(int,void*)
//     ^ !calls B::B(char)
  std::make_unique<int>(1);
//     ^ !calls B
}
struct Few { Few(const char* text); Few(long n, int more = 0); Few(int n); Few(const Few&) = delete; };
struct Any { template <class T> Any(T t); Any(int a, int b); };
void chooses(Few& few) {
  std::make_unique<Few>(1);
//     ^ [semantic] calls Few::Few(int)
//     ^ [semantic] !calls Few::Few(long,int)
//     ^ [semantic] !calls Few::Few(const Few&)
  std::make_unique<Few>('c');
//     ^ [semantic] !calls Few::Few(int)
  std::make_unique<Few>(1, 2);
//     ^ [semantic] calls Few::Few(long,int)
  std::make_unique<Any>(1, 2);
//     ^ [semantic] !calls Any::Any(int,int)
}
