// A macro without parameters that names a function stands in for it where the compiler sees it.
//- user.cpp
void really(int n);
#define run really
void go() {
  run(1);
//^ expands run by the name of a macro
//^ [semantic] calls really(int)
}
