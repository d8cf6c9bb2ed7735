// What tells of threads and memory in the standard library is called as an external symbol.
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
