// A class inside a function, which text does not look for, is a symbol of its file.
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
