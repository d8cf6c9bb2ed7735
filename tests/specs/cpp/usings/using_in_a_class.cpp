// A using-declaration in a class adds the base's functions to those of the class.
//- user.cpp
struct Base { void run(int); };
struct Derived : Base {
  using Base::run;
  void run(int, int);
};
void go(Derived& derived) {
  derived.run(1, 2);
//        ^ calls Derived::run(int,int) by the declared type of what it is called on
  derived.run(1);
//        ^ [semantic] calls Base::run(int)
//        ^ [text] !calls *
}
