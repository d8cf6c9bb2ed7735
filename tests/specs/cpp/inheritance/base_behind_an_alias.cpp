// For a base named by an alias, the text tier reports the alias, the compiler the class.
//- user.cpp
class Shape {};
using Base = Shape;
class Circle : private Base {};
//                     ^ [text] inherits Base as private by the name of a base
//                     ^ [semantic] inherits Shape as private
