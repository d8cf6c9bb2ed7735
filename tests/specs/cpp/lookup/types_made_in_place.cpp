// A type of an inner scope hides a function of an outer scope with the same name.
//: known-wrong: functions of all scopes are looked up before types of any scope
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
