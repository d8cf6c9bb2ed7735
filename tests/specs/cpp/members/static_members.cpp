// A static method is called through its class or a derived class.
//- user.cpp
namespace ns {
struct A { static int make(int n); };
struct B : A { struct Inner { static void go(); }; };
}
int x = ns::A::make(1);
//             ^ calls ns::A::make(int) by its qualified name
int y = ns::B::make(2);
//             ^ calls ns::A::make(int) by its qualified name
void go() {
  ns::B::Inner::go();
//              ^ calls ns::B::Inner::go() by its qualified name
}
