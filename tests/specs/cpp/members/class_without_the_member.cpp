// A call of a member that the receiver's class does not have gives no edge.
//: text only: it does not compile
//- user.cpp
struct A { void rarely(); };
struct B {};
void go(B& b) {
  b.rarely();
//  ^ !calls A::rarely()
}
