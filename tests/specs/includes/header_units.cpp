// A header that is imported is included.
//: text only: the compiler is not asked for header units
//- shape.h
int area();
//- user.cpp
import "shape.h";
//< includes shape.h
import shapes;
