// A local object with a call operator hides functions of the same name.
//- user.cpp
struct Less { bool operator()(int a, int b) const; };
bool less(int a, int b);
bool go() {
  Less less;
  return less(1, 2);
//       ^ [semantic] calls Less::operator()(int,int) const
//       ^ !calls less(int,int)
}
