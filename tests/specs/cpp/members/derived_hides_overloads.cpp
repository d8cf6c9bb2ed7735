// A method hides all overloads of the same name in the bases.
//: text only: it does not compile
//- user.cpp
struct A { void run(int); };
struct B : A { void run(int, int); };
void go(B& b) {
  b.run(1);
//  ^ !calls *
}
