// Naming a field of another object does not change the type of a variable of the same name.
//- user.cpp
struct Node { Node(int n); void mark(); };
struct Wide { int status; void mark(); };
void f(Wide& w) {
  w.status;
  Node status(1);
  status.mark();
//       ^ calls Node::mark() by the declared type of what it is called on
}
