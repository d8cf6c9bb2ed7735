// Two variables of one name in different scopes each have their own type.
//: known-wrong: all variables of one name in a function get the type of the first
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
