// An object-like macro that names a function is expanded where it is called.
//- user.cpp
void really(int n);
#define run really
void go() {
  run(1);
//^ expands run by the name of a macro
//^ [semantic] calls really(int)
}
