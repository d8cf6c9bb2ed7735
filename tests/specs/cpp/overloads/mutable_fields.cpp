// A mutable field of a const object is not const.
//: known-wrong: mutable is ignored
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
