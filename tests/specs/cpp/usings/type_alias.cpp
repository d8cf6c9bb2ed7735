// Members are found behind type aliases, aliases of aliases and alias templates.
//- lib.h
#pragma once
struct Part { void turn(); };
using Piece = Part;
typedef Piece* PieceRef;
template <class T> using Same = T;
//- user.cpp
#include "lib.h"
void go(Piece& one, PieceRef two, Same<Part>& three) {
  one.turn();
//    ^ calls Part::turn() by the declared type of what it is called on
  two->turn();
//     ^ calls Part::turn() by the declared type of what it is called on
  three.turn();
//      ^ calls Part::turn() by the declared type of what it is called on
}
