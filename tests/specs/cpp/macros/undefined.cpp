// A macro is not expanded after it is undefined.
//- user.cpp
#define run(x) (x)
#undef run
int run(int n);
int go() { return run(1); }
//                ^ calls run(int)
//                ^ !expands *
