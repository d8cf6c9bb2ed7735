// Keywords, comments, texts, directives and what is switched off are no calls.
//: exact calls
//- user.cpp
void g();
int h(int n);
int go(int x) {
  if (x) {}
  while (x) {}
  // g();
  /* g(); */
  const char* text = "g()";
#if 0
  g();
#endif
#define G g()
  return (x);
}
