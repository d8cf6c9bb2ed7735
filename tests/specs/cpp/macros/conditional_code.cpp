// Both branches of a condition are read, except for a constant one; the compiler reads one branch.
//- user.cpp
void a();
void b();
void c();
void go() {
#ifdef FAST
  a();
//^ [text] calls a() by a function of the same file
//^ [semantic] !calls *
#else
  b();
//^ calls b() by a function of the same file
#endif
#if 0
  c();
//^ !calls *
#endif
}
