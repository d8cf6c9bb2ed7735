// A friend that a class defines is a function of the namespace around it.
//- a.cpp
namespace n {
class C {
  friend void f(C& c) {}
//            ^ defines Function n::f(C&)
//            ^ !defines Method n::C::f(C&)
  friend class D;
//             ^ !defines *
};
}
