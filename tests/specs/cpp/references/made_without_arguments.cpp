// A variable of a class, without an initialiser, is made with the constructor without arguments.
//: references
//: text only: the compiler's tier says so without asking
//- user.cpp
struct Box { Box(); Box(int width); };
void go() {
  Box box;
//^ calls Box::Box() by the class of an object that is made where it is declared
//^ references Box by the name that is mentioned in its scope
}
