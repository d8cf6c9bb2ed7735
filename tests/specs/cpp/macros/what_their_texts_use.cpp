// What the replacement text of a macro calls and makes is used by the macro; its parameters, what `##` makes, strings
// and comments are not, nor what is called on a name that the text does not declare.
//: exact calls expands
//- timer.h
struct Timer {
  explicit Timer(int id);
  void stop();
};
int next_id();
#define PLAIN 3
#define TIMED(name, make)      \
  static int name##_id = next_id(); /* stopped() */ \
//                       ^ [text] calls next_id() by a function of the same file
  Timer name##_timer(make(name##_id)); \
//^ [text] calls Timer::Timer(int) by the name of a class
  log("next_id()")
#define STOPPED(x, y)  \
  Timer own(1);        \
//^ [text] calls Timer::Timer(int) by the name of a class
  own.stop();          \
//    ^ [text] calls Timer::stop() by the declared type of what it is called on
  x.stop();            \
  y##_timer.stop();    \
  other.stop()
#define TWICE(x) TIMED(x, twice)
//               ^ [text] expands TIMED by the name of a macro
//- use.cpp
#include "timer.h"
int stopped();
int twice(int id);
void f() {
  TIMED(a, twice);
//^ expands TIMED by the name of a macro
//^ [semantic] calls Timer::Timer(int)
//^ [semantic] calls next_id()
//         ^ [semantic] calls twice(int)
}
