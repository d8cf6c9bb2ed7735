// Threading functions of the standard library are external symbols.
//: text only: external symbols are of text alone
//- user.cpp
#include <thread>
void work(int n);
void go() {
  std::thread worker(work, 1);
//     ^ calls std::thread
  auto f = std::async(work, 2);
//              ^ calls std::async
}
