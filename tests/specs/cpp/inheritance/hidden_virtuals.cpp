// A method overrides a virtual method of its base without the keywords virtual and override.
//- user.cpp
struct A { virtual void run(int n); };
struct B : A { void run(int n); };
//                  ^ overrides A::run(int) by the name and parameters of a virtual method of a base
