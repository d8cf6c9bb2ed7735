// On a receiver of unknown type, a member resolves only if a single class has it.
//- user.cpp
struct A { void rarely(); void often(); };
struct B { void often(); };
template <class T> void go(T one, T other) {
  auto made = (one + other);
  made.rarely();
//     ^ [text] calls A::rarely() by the only member function of that name
  made.often();
//     ^ !calls *
}
