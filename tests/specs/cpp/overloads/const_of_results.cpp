// What a function returns as constant calls constant methods.
//: known-wrong: that a result is constant is not heeded
//- user.cpp
struct Part { int at(int n); int at(int n) const; };
const Part& part();
int go() {
  return part().at(1);
//              ^ calls Part::at(int) const
//              ^ !calls Part::at(int)
}
