// A nested class can call static functions of the enclosing class.
//- user.cpp
struct Outer {
  static void helper();
  struct Inner {
    void go() {
      helper();
//    ^ [semantic] calls Outer::helper()
    }
  };
};
