// An out-of-line member of a class template joins its declaration.
//- stack.h
#pragma once
namespace store {
template <class T, class U = int> class Stack {
 public:
  void push(const T& item);
//     ^ declares Method store::Stack::push(const T&)
  ~Stack();
};
template <class T, class U> void Stack<T, U>::push(const T& item) { clear(); }
//                                            ^ defines Method store::Stack::push(const T&)
template <class T, class U> Stack<T, U>::~Stack() = default;
//                                       ^ defines Destructor store::Stack::~Stack()
}
