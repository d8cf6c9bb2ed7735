// A macro that is undefined before a use is not what it means.
//: known-wrong: where a macro ends is not read
//- user.cpp
#define run(x) (x)
#undef run
int run(int n);
int go() { return run(1); }
//                ^ calls run(int)
//                ^ !expands *
