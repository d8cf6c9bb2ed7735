// A variable of a type of the standard library that tells of threads is typed by it.
//: text only: an external symbol of text alone
//- a.cpp
#include <atomic>
#include <thread>
std::atomic<int> count;
//< typeOf std::atomic from count
struct Pool { std::mutex lock; };
//                       ^ typeOf std::mutex from Pool::lock
