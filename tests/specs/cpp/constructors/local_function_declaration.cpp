// A function declaration inside a body does not construct an object.
//: known-wrong: a local function declaration is taken for a variable definition
//- user.cpp
struct Pen { Pen(int n); };
void go() {
  Pen make(int);
//    ^ !calls *
}
