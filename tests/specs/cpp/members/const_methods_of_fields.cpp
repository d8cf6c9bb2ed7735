// A pointer field does not point to a constant object just because the method is const.
//- user.cpp
struct Part { int at(int n); int at(int n) const; };
struct Car {
  Part* part;
  int look() const {
    return part->at(1);
//               ^ calls Part::at(int) by the declared type of what it is called on
//               ^ !calls Part::at(int) const
  }
};
