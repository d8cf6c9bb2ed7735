// A returned call that is qualified from the global namespace is not looked up from the scope of the call.
//: known-wrong: `return` in front of `::` is taken for the beginning of the qualified name
//- user.cpp
namespace lib { int run(int n); }
namespace a {
namespace lib { int run(int n); }
int go() {
  return ::lib::run(1);
//              ^ calls lib::run(int)
//              ^ !calls a::lib::run(int)
}
}
