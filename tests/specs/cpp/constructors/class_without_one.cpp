// Where a class declares no constructor that fits, what is made calls the class.
//- user.cpp
struct Point { int x, y; };
void go() {
  auto* made = new Point();
//                 ^ [text] calls Point by the name of a class
//                 ^ [semantic] !calls *
}
