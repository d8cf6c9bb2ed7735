// A variable of a threading type of the standard library has that type as an external symbol.
//: text only: an external symbol of text alone
//- a.cpp
#include <atomic>
#include <thread>
std::atomic<int> count;
//< typeOf std::atomic from count
struct Pool { std::mutex lock; };
//                       ^ typeOf std::mutex from Pool::lock
