// A keyword in front of a qualified name is not part of the name.
//- user.cpp
namespace lib { int run(int n); struct Part { Part(int n); }; }
int go(int x) {
  if (x) return lib::run(1);
//                   ^ calls lib::run(int) by its qualified name
  else throw lib::Part(2);
//                ^ calls lib::Part::Part(int) by the name of a class
}
void more(int x) {
  switch (x) {
    case 1: lib::run(3);
//               ^ calls lib::run(int) by its qualified name
  }
  delete new lib::Part(4);
//                ^ calls lib::Part::Part(int) by the name of a class
}
