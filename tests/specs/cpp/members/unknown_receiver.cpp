// On something of unknown type a member is called that only one class has, and none if two classes have it.
//- user.cpp
struct A { void rarely(); void often(); };
struct B { void often(); };
template <class T> void go(T (*thing)(int)) {
  auto made = thing(1);
  made.rarely();
//     ^ [text] calls A::rarely() by the only member function of that name
  made.often();
//     ^ !calls *
}
