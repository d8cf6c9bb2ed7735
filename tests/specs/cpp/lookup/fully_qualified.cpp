// A name that is qualified from the global namespace is not looked up from the scope of the call.
//- user.cpp
namespace lib { int run(int n); }
namespace a {
namespace lib { int run(int n); }
int go() {
  ::lib::run(1);
//       ^ calls lib::run(int) by its qualified name
//       ^ !calls a::lib::run(int)
  return lib::run(2);
//            ^ calls a::lib::run(int) by its qualified name
}
}
