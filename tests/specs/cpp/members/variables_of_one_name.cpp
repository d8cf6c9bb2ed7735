// Each of two variables of one name has the type that it is declared with in its own scope.
//: known-wrong: of the variables of one name in a function, the first tells the type of all
//- user.cpp
struct Stack { void go(); };
struct Other { void go(); };
void f(Stack* all, Other* others) {
  for (Stack* each = all; each; ++each) each->go();
//                                            ^ calls Stack::go() by the declared type of what it is called on
  for (Other* each = others; each; ++each) each->go();
//                                               ^ calls Other::go()
//                                               ^ !calls Stack::go()
}
