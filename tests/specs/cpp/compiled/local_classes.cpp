// The compiler finds classes inside functions.
//- user.cpp
int f() {
  struct Local { int value; int get() { return value; } };
//       ^ [semantic] defines Struct f::Local
//                                             ^ [semantic] references f::Local::value as read
  Local here{1};
//^ [semantic] references f::Local
  return here.get();
//            ^ [semantic] calls f::Local::get()
}
