// Operators in expressions are calls to the compiler, but not to the text tier.
//- user.cpp
struct Point { int x; Point& operator+=(const Point& other); };
Point operator-(const Point& a, const Point& b);
void go(Point& a, Point& b) {
  a += b;
//  ^ [text] !calls *
//  ^ [semantic] calls Point::operator+=(const Point&)
  a - b;
//  ^ [text] !calls *
//  ^ [semantic] calls operator-(const Point&,const Point&)
}
