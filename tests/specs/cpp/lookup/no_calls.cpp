// Keywords, comments, string literals, directives and disabled code are not calls.
//: exact calls
//- user.cpp
void g();
int h(int n);
int go(int x, int (**pointer)(int)) {
  if (x) {}
  while (x) {}
  switch (x) {}
  // g();
  /* g(); */
  const char* text = "g()";
#if 0
  g();
#endif
#define G g()
//        ^ [text] calls g() by a function of the same file
  (*pointer)(1);
  int n = sizeof(x);
  return (x);
}
