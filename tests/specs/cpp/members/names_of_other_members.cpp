// A field that is named on something else does not hide a variable of its name.
//- user.cpp
struct Node { Node(int n); void mark(); };
struct Wide { int status; void mark(); };
void f(Wide& w) {
  w.status;
  Node status(1);
  status.mark();
//       ^ calls Node::mark() by the declared type of what it is called on
}
