// A receiver that a macro makes is not guessed by the name of the member.
//- user.cpp
struct Pen { void rarely(); };
Pen& other();
#define THING other()
void go() {
  THING.rarely();
//      ^ [text] !calls *
//      ^ [semantic] calls Pen::rarely()
}
