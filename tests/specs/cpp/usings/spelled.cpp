// A using-declaration may have a leading ::, and a commented-out one does not apply.
//- user.cpp
namespace p { int q(int n); int r(int n); }
namespace c { int d(int n); }
namespace x { using ::p::q; using T = int; int confusing; /* using c::d; */ }
int go() {
  // using p::r;
  return x::q(1);
//          ^ calls p::q(int) by its qualified name
}
namespace y { using namespace ::p; int go() { return r(1); } }
//                                                   ^ calls p::r(int) by a function of the same file
