// A field is called by the `operator()` that its class declares; what is made with braces or arguments is the receiver.
//- a.cpp
struct Fn { int operator()(int) const; };
struct Plain { int x; };
struct Holder {
  Fn fn;
  Plain plain;
  void run() {
    this->fn(2);
//        ^ [text] calls Fn::operator()(int) const by an operator of the declared type of its operand
  }
};
template <class T> struct Box { void put(); };
template <> struct Box<int> { void put(); };
void put();
void use(Holder h) {
  h.fn(3);
//  ^ [text] calls Fn::operator()(int) const
  h.plain(3);
//  ^ [text] !calls *
  Box<int>().put();
//           ^ calls Box<int>::put()
//           ^ !calls Box::put()
  Box<char>{}.put();
//            ^ calls Box::put()
//            ^ !calls put()
}
