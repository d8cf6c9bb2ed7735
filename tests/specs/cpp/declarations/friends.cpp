// A friend function defined in a class belongs to the namespace around the class.
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
