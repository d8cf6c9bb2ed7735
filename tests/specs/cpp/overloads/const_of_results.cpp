// A call on a const result calls the const overload.
//: known-wrong: const in a return type is ignored
//- user.cpp
struct Part { int at(int n); int at(int n) const; };
const Part& part();
int go() {
  return part().at(1);
//              ^ calls Part::at(int) const
//              ^ !calls Part::at(int)
}
