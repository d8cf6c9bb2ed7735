// In a constant method, members of the own class are called on a constant object.
//- list.cpp
struct List {
  int* begin();
  const int* begin() const;
  int first() const {
    return *begin();
//          ^ calls List::begin() const by a member of its own class
  }
  int& first() {
    return *begin();
//          ^ calls List::begin() by a member of its own class
//          ^ !calls List::begin() const
  }
};
