// An operator is that of the class that its left operand is declared to be of.
//- user.cpp
struct V {
  V operator+(const V& other) const;
  V operator-(const V& other) const;
  V operator-() const;
  bool operator==(const V& other) const;
  V& operator+=(const V& other);
  int& operator[](int at);
  int operator[](int at) const;
  int operator()(int a, int b) const;
  V& operator++();
  V operator++(int);
  V& operator<<(int n);
  explicit operator bool() const;
};
struct W : V { V part; V* far; int number; };
V make();
int go(V a, const V& b, W& w, V* p, int n, V list[3]) {
  V c = a + b;
//        ^ calls V::operator+(const V&) const by an operator of the declared type of its operand
  c = a - b;
//      ^ calls V::operator-(const V&) const by an operator of the declared type of its operand
//      ^ !calls V::operator-() const
  c = -a;
//    ^ calls V::operator-() const by an operator of the declared type of its operand
  if (a == b) c += b;
//      ^ calls V::operator==(const V&) const by an operator of the declared type of its operand
  ++c;
//^ calls V::operator++() by an operator of the declared type of its operand
  c++;
// ^ calls V::operator++(int) by an operator of the declared type of its operand
  a << 1;
//  ^ calls V::operator<<(int) by an operator of the declared type of its operand
  n = a[1];
//     ^ calls V::operator[](int) by an operator of the declared type of its operand
  n = b[1];
//     ^ calls V::operator[](int) const by an operator of the declared type of its operand
  n = a(1, 2);
//    ^ calls V::operator()(int,int) const by an operator of the declared type of its operand
  if (a) n = 1;
//    ^ calls V::operator bool() const by an operator of the declared type of its operand
  if (!b) n = 2;
//     ^ calls V::operator bool() const by an operator of the declared type of its operand
  w += a;
//  ^ calls V::operator+=(const V&) by an operator of the declared type of its operand
  w.part += a;
//       ^ calls V::operator+=(const V&) by an operator of the declared type of its operand
  auto made = make();
  made += a;
//     ^ calls V::operator+=(const V&) by an operator of the declared type of its operand
  return n;
}
