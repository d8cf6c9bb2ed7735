// A variable that is declared as constant without its type calls constant methods.
//: known-wrong: the const in front of auto is not heeded
//- user.cpp
struct Part { int at(int n); int at(int n) const; };
Part& part();
int go() {
  const auto& one = part();
  return one.at(1);
//           ^ calls Part::at(int) const
//           ^ !calls Part::at(int)
}
