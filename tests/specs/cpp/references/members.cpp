// A field is mentioned by its name in its class, and behind what is of that class.
//: references
//: text only: the compiler's tier says so without asking
//- user.cpp
struct Base { int depth; };
struct Box : Base {
  int width;
  int area(int height) {
    return width * height + depth;
//         ^ references Box::width by the name of a member in its class
//                          ^ references Base::depth by the name of a member in its class
  }
};
int twice(Box box, int width) {
//        ^ typeOf Box from twice(Box,int) by the name that is mentioned in its scope
  return box.width + width;
//           ^ references Box::width by the declared type of what it is a member of
}
