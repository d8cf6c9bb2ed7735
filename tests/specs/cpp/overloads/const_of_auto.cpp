// A variable declared as const auto calls the const overload.
//: known-wrong: const before auto is ignored
//- user.cpp
struct Part { int at(int n); int at(int n) const; };
Part& part();
int go() {
  const auto& one = part();
  return one.at(1);
//           ^ calls Part::at(int) const
//           ^ !calls Part::at(int)
}
