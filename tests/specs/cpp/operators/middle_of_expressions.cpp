// An operand in the middle of an expression is whole where the sign behind it binds tighter than the one in front.
//- a.cpp
struct V {
  V operator+(const V&) const;
  V operator*(const V&) const;
  V operator-(const V&) const;
  V operator<<(const V&) const;
  int operator[](int) const;
};
void f(V a, V b, V c, int n) {
  a + b * c;
//      ^ [text] calls V::operator*(const V&) const
  a - b[1];
//      ^ [text] calls V::operator[](int) const
  a * b
    + c;
//    ^ [text] !calls *
  n + -b
       * c;
//     ^ [text] !calls *
  a << b - c;
//       ^ [text] calls V::operator-(const V&) const
}
