// A constructor that delegates calls the other.
//- user.cpp
struct Pen {
  Pen(int n);
  Pen() : Pen(1) {}
//        ^ calls Pen::Pen(int) from Pen::Pen() by a member of its own class
};
