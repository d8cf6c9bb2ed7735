// A delegating constructor calls the constructor that it delegates to.
//- user.cpp
struct Pen {
  Pen(int n);
  Pen() : Pen(1) {}
//        ^ calls Pen::Pen(int) from Pen::Pen() by a member of its own class
};
