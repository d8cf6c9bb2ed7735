// A class or a member is one symbol, however many files declare or define it.
//- stack.h
#pragma once
namespace a {
class Stack {
//    ^ defines Class a::Stack
 public:
  void push(int item);
//     ^ declares Method a::Stack::push(int)
};
}
//- stack.cpp
#include "stack.h"
namespace a {
void Stack::push(int item) {}
//          ^ defines Method a::Stack::push(int)
}
//- user.h
#pragma once
namespace a { class Stack; }
//                  ^ declares Class a::Stack
