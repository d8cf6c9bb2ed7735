// Overloads are separate symbols, told apart by parameters, const and ref-qualifiers.
//: exact declares
//- a.h
struct A {
  int& at(int n);
//     ^ declares Method A::at(int)
  const int& at(int n) const;
//           ^ declares Method A::at(int) const
  int at(unsigned long n) &&;
//    ^ declares Method A::at(unsigned long) &&
  A& operator=(const A& other);
//   ^ declares Method A::operator=(const A&)
  explicit operator bool() const;
//         ^ declares Conversion A::operator bool() const
};
