// Functions such as make_unique pass what they get on to a constructor.

//- user.cpp
#include <memory>
struct Box { Box(int width); Box(int width, int height); };
auto go() {
  return std::make_unique<Box>(1, 2);
//                        ^ calls Box::Box(int,int) by the name of a class
}
