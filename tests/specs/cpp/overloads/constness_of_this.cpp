// In a const method, members of the class are called on a const object.
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
