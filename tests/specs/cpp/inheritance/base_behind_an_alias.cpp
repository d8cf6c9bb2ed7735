// A base named by an alias: text says the alias, the compiler the class behind it.
//- user.cpp
class Shape {};
using Base = Shape;
class Circle : private Base {};
//                     ^ [text] inherits Base as private by the name of a base
//                     ^ [semantic] inherits Shape as private
