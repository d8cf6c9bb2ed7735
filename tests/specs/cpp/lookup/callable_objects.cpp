// An object with a call operator that is called hides functions of its name, and calls the operator.
//- user.cpp
struct Less { bool operator()(int a, int b) const; };
bool less(int a, int b);
bool go() {
  Less less;
  return less(1, 2);
//       ^ [semantic] calls Less::operator()(int,int) const
//       ^ !calls less(int,int)
}
