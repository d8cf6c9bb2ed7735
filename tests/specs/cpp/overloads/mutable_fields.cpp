// A mutable field of a constant object is not constant.
//: known-wrong: mutable is not heeded
//- user.cpp
struct Part { int at(int n); int at(int n) const; };
struct Car {
  mutable Part part;
  int look() const {
    return part.at(1);
//              ^ calls Part::at(int)
//              ^ !calls Part::at(int) const
  }
};
