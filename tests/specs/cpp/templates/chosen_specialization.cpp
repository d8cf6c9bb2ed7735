// A call leads to the member of the specialization that the template's arguments choose.
//- lib.h
#pragma once
struct Pen {};
struct Ink {};
using Same = Pen;
template <class T, class U = int> struct Box { static void make(); void fill(); Box(); Box(int); };
template <> struct Box<Pen, int> { static void make(); void fill(); Box(); };
template <class T> struct Box<T*, int> { static void make(); void fill(); };
//- user.cpp
#include "lib.h"
void go(Box<Pen, int>& pens, Box<Ink, int>& inks, Box<Ink*, int>& pointers, Box<Same, int>& same) {
  Box<Pen, int>::make();
//               ^ calls Box<Pen, int>::make() by its qualified name
//               ^ !calls Box::make()
  Box<Ink, int>::make();
//               ^ calls Box::make() by its qualified name
  Box<Ink*, int>::make();
//                ^ calls Box<T*, int>::make() by its qualified name
//                ^ !calls Box::make()
  pens.fill();
//     ^ calls Box<Pen, int>::fill() by the declared type of what it is called on
  inks.fill();
//     ^ calls Box::fill() by the declared type of what it is called on
  pointers.fill();
//         ^ calls Box<T*, int>::fill() by the declared type of what it is called on
  same.fill();
//     ^ [text] !calls *
//     ^ [semantic] calls Box<Pen, int>::fill()
}
template <class T> void generic(Box<T, int>& any) {
  any.fill();
//    ^ [text] calls Box::fill() by the declared type of what it is called on
  Box<T, int>::make();
//             ^ [text] calls Box::make() by its qualified name
}
