// An explicit specialization is a class with members of its own.
//- stack.h
#pragma once
template <class T> class Stack {
//                       ^ defines Class Stack
 public:
  void push(const T& item);
};
template <> class Stack<bool> {
//                ^ defines Class Stack<bool>
//                ^ [semantic] specializes Stack
 public:
  void push(bool item);
//     ^ declares Method Stack<bool>::push(bool)
};
//- user.cpp
#include "stack.h"
void go(Stack<int>& numbers) {
  numbers.push(1);
//        ^ calls Stack::push(const T&) by the declared type of what it is called on
}
