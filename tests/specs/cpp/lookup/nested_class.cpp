// From a nested class, the static functions of the class around it are seen.
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
