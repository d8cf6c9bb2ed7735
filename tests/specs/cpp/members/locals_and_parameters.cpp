// A receiver that is a local variable or a parameter has its declared type, behind pointers and references.
//- stack.h
#pragma once
namespace ns {
template <class T> struct Stack { void push(T); };
}
struct Other { void push(int); };
//- user.cpp
#include "stack.h"
void go(const Other& none, ns::Stack<int>* given) {
  ns::Stack<int> own;
  own.push(1);
//    ^ calls ns::Stack::push(T) by the declared type of what it is called on
  given->push(2);
//       ^ calls ns::Stack::push(T) by the declared type of what it is called on
  ns::Stack<int> a, *b = &a;
  b->push(3);
//   ^ calls ns::Stack::push(T) by the declared type of what it is called on
  auto* made = new ns::Stack<int>();
  made->push(4);
//      ^ calls ns::Stack::push(T) by the declared type of what it is called on
  static_cast<Other*>(nullptr)->push(5);
//                              ^ calls Other::push(int) by the declared type of what it is called on
}
