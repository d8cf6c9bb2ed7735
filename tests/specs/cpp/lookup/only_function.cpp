// A function without a visible declaration resolves if only one function of the repository has that name.
//: text only: it does not compile
//- lib.cpp
namespace lib {
void rare(int) {}
void twice(int) {}
}
namespace other {
void twice(int) {}
}
//- user.cpp
void go() {
  rare(1);
//^ calls lib::rare(int) by the only function of that name
  twice(1);
//^ !calls *
  unheard(1);
//^ !calls *
}
