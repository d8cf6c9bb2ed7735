// A receiver that is a macro is not resolved by the member's name.
//- user.cpp
struct Pen { void rarely(); };
Pen& other();
#define THING other()
void go() {
  THING.rarely();
//      ^ [text] !calls *
//      ^ [semantic] calls Pen::rarely()
}
