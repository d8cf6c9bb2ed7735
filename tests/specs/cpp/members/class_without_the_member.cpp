// Where the class of a receiver is known and has no such member, nothing is guessed.
//: text only: it does not compile
//- user.cpp
struct A { void rarely(); };
struct B {};
void go(B& b) {
  b.rarely();
//  ^ !calls A::rarely()
}
