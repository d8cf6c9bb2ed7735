// A member initializer of a field calls the constructor of its type.
//- user.cpp
struct Pen { Pen(int n); };
struct Shape {
  Pen pen;
  Shape() : pen(1) {}
//          ^ [semantic] calls Pen::Pen(int)
//          ^ [text] !calls *
};
