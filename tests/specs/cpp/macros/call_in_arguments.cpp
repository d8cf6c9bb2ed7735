// Calls in the arguments of a macro are calls; those in its definition are seen by the compiler only.
//- user.cpp
#define CHECK(x) do { if (!(x)) fail(); } while (0)
void fail();
bool good(int n);
void go() {
  CHECK(good(1));
//      ^ calls good(int) by a function of the same file
//^ [text] !calls fail()
//^ [semantic] calls fail()
}
