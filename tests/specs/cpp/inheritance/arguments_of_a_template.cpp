// A method whose parameters are those of a virtual method of a template, for the arguments that its class gives to the
// template, overrides it without a word.
//- walker.cpp
struct Node;
template <typename T> struct Walker {
  virtual T pre(Node* node, T parent);
  virtual void post(T value, int n);
  void plain(T value);
};
template <typename A, typename B> struct Pair : Walker<B> {
  virtual void both(A a, B b);
};
struct Counter : Walker<int> {
  int pre(Node* node, int parent);
//    ^ overrides Walker::pre(Node*,T) by the name and parameters of a virtual method of a base
  virtual void post(long value, int n);
//             ^ !overrides *
  void plain(int value);
//     ^ !overrides *
};
struct Both : Pair<Node*, int> {
  void both(Node* a, int b);
//     ^ overrides Pair::both(A,B) by the name and parameters of a virtual method of a base
  int pre(Node* node, int parent);
//    ^ overrides Walker::pre(Node*,T) by the name and parameters of a virtual method of a base
  void post(int value, int n);
//     ^ overrides Walker::post(T,int) by the name and parameters of a virtual method of a base
};
