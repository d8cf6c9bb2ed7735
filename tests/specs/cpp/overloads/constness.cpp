// Of two overloads that differ only by const, a const object calls the const one.
//- part.h
#pragma once
struct Part {
  int& at(int);
  const int& at(int) const;
};
//- car.cpp
#include "part.h"
struct Car {
  const Part* spare;
  Part own;
  void look(const Part& one, Part& two) const;
  void change();
};
void Car::look(const Part& one, Part& two) const {
  one.at(1);
//    ^ calls Part::at(int) const by the declared type of what it is called on
//    ^ !calls Part::at(int)
  two.at(2);
//    ^ calls Part::at(int) by the declared type of what it is called on
//    ^ !calls Part::at(int) const
  spare->at(3);
//       ^ calls Part::at(int) const by the declared type of what it is called on
  own.at(4);
//    ^ calls Part::at(int) const by the declared type of what it is called on
}
void Car::change() {
  own.at(5);
//    ^ calls Part::at(int) by the declared type of what it is called on
  spare->at(6);
//       ^ calls Part::at(int) const by the declared type of what it is called on
}
