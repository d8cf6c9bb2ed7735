// Attribute macros and function types in template arguments do not hide the type of a variable.
//- user.cpp
#define NONNULL
template <class F> struct Action { void perform(); };
struct Node { bool mark(); };
struct Other { bool mark(); void perform(); };
void f(Node* NONNULL given, bool go, Node* other) {
  Action<int(const Node&)> action;
  action.perform();
//       ^ calls Action::perform() by the declared type of what it is called on
  given->mark();
//       ^ calls Node::mark() by the declared type of what it is called on
  if (go && other->mark()) {}
//                 ^ calls Node::mark() by the declared type of what it is called on
}
