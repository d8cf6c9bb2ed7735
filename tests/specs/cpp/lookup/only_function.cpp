// A function without a visible declaration resolves if only one function of the repository has that name and an
// unqualified name leads to its scope.
//: text only: it does not compile
//- lib.cpp
void global(int) {}
namespace lib {
void rare(int) {}
void twice(int) {}
}
namespace other {
void twice(int) {}
}
//- user.cpp
void go() {
  global(1);
//^ calls global(int) by the only function of that name
  rare(1);
//^ !calls *
  twice(1);
//^ !calls *
  unheard(1);
//^ !calls *
}
namespace lib {
void run() {
  rare(1);
//^ calls lib::rare(int) by the only function of that name
}
}
//- using.cpp
using namespace lib;
void use() {
  rare(1);
//^ calls lib::rare(int) by the only function of that name
}
