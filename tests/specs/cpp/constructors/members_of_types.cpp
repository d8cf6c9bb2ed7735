// A member initializer that names a field calls the constructor of the field's type.
//- user.cpp
struct Pen { Pen(int n); };
struct Shape {
  Pen pen;
  Shape() : pen(1) {}
//          ^ [semantic] calls Pen::Pen(int)
//          ^ [text] !calls *
};
