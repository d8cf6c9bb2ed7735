// Operators in expressions are calls to the compiler, and to the text tier where the left operand's class is known.
//- user.cpp
struct Point { int x; Point& operator+=(const Point& other); };
Point operator-(const Point& a, const Point& b);
void go(Point& a, Point& b) {
  a += b;
//  ^ [text] calls Point::operator+=(const Point&) by an operator of the declared type of its operand
//  ^ [semantic] calls Point::operator+=(const Point&)
  a - b;
//  ^ [text] calls operator-(const Point&,const Point&) by an operator of the declared type of its operand
//  ^ [semantic] calls operator-(const Point&,const Point&)
  (a - b) += b;
//        ^ [text] !calls Point::operator+=(const Point&)
}
