// Static functions, constructors and destructors do not override.
//- user.cpp
struct A { virtual ~A(); virtual void f(int n); };
struct B : A {
  ~B();
//< [text] !overrides *
  static void g(int n);
//            ^ !overrides *
};
