// Constructing a class without a fitting constructor is a call of the class.
//- user.cpp
struct Point { int x, y; };
void go() {
  auto* made = new Point();
//                 ^ [text] calls Point by the name of a class
//                 ^ [semantic] !calls *
}
