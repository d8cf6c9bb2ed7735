// A name that means a type in an inner scope is made, and does not call a function of an outer one.
//: known-wrong: functions of all scopes are looked for before types of any
//- user.cpp
int Part(int n);
namespace a {
struct Part { Part(int n); };
void go() {
  Part(1);
//^ calls a::Part::Part(int)
//^ !calls Part(int)
}
}
