// A declaration of a function in a body is not taken for a variable that is made.
//: known-wrong: a declaration of a function in a body is taken for a variable
//- user.cpp
struct Pen { Pen(int n); };
void go() {
  Pen make(int);
//    ^ !calls *
}
