// Functions of an inner namespace hide those of outer ones, even if they do not take the arguments.
//: text only: it does not compile
//- user.cpp
void size(int);
namespace inner {
void size(int, int, int);
void go() {
  size(1, 2, 3);
//^ calls inner::size(int,int,int) by a function of the same file
  size(1);
//^ !calls size(int)
//^ !calls *
}
}
