// A pointer that is a field does not make what it points to constant, in a constant method neither.
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
