// Overloaded methods are told apart by the number of arguments.
//- pen.h
#pragma once
class Pen {
 public:
  void draw(int);
  void draw(int, int);
};
//- user.cpp
#include "pen.h"
void go(Pen& pen) {
  pen.draw(1);
//    ^ calls Pen::draw(int) by the declared type of what it is called on
//    ^ !calls Pen::draw(int,int)
  pen.draw(1, 2);
//    ^ calls Pen::draw(int,int) by the declared type of what it is called on
}
