// The name of a template parameter means no global symbol of that name.
//- other.h
#pragma once
struct T { T(int); void run(); static T make(); };
struct Policy { static void apply(); void once(); };
struct Base { void base(); };
void F(int);
//- user.cpp
#include "other.h"
template <class T> void construct(int n) {
  T(1);
//^ !calls *
  T made(n);
//^ !calls *
  new T(n);
//    ^ !calls *
  T::make().run();
//   ^ !calls *
//          ^ !calls T::run()
  made.run();
//     ^ !calls *
  static_cast<T*>(nullptr)->run();
//                          ^ !calls *
}
template <typename F, template <class> class Policy>
void call(F function) {
  F(1);
//^ !calls *
  Policy::apply();
//        ^ !calls *
}
template <class Policy> struct Engine : Policy {
//                                      ^ !inherits *
  Policy policy_;
  void go() {
    policy_.once();
//          ^ !calls *
    Policy::apply();
//          ^ !calls *
  }
  void later();
};
template <class Policy> void Engine<Policy>::later() {
  policy_.once();
//        ^ !calls *
  Policy::apply();
//        ^ !calls *
}
void generic() {
  auto each = []<typename T>(T& thing) { thing.run(); };
//                                             ^ !calls *
}
template <class T> T made();
void go() {
  made<int>().run();
//            ^ !calls T::run()
}
void plain(T& thing) {
  thing.run();
//      ^ calls T::run() by the declared type of what it is called on
  F(1);
//^ calls F(int)
}
