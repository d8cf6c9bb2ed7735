// A type that the file does not see is not meant, whatever its name, nor is a name that could be two things.
//: references
//: text only: the compiler's tier says so without asking
//- elsewhere.h
struct Hidden {};
//- user.cpp
void go(Hidden* hidden);
//      ^ !typeOf Hidden
//      ^ !references Hidden
