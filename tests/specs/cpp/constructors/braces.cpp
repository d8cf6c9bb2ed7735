// Brace initialization calls a constructor.
//- user.cpp
struct Pen { Pen(int n); Pen(int n, int m); };
void go() {
  Pen one{1};
//    ^ [semantic] calls Pen::Pen(int)
  auto two = Pen{1, 2};
//           ^ [semantic] calls Pen::Pen(int,int)
}
