// An operator of pointers, arrays, numbers, other classes and unknown types is none of a class.
//- user.cpp
#include <vector>
struct V {
  V operator+(int n) const;
  bool operator==(const V& other) const;
  int& operator[](int at);
  explicit operator bool() const;
  V& operator++();
};
struct Plain { int number; V* far; V many[4]; };
typedef V* Pointer;
template <class T> int generic(T t, std::vector<V>& list, Plain& plain, Pointer pointer) {
  V* p = &list[0];
//            ^ !calls V::operator[](int)
  V here[3];
  int n = 1, m = 2;
  n = n + m;
//      ^ !calls V::operator+(int) const
  p = p + 1;
//      ^ !calls V::operator+(int) const
  if (p == p) n = 3;
//      ^ !calls V::operator==(const V&) const
  here[1];
//    ^ !calls V::operator[](int)
  p[1];
// ^ !calls V::operator[](int)
  plain.far[1];
//         ^ !calls V::operator[](int)
  plain.many[1];
//          ^ !calls V::operator[](int)
  pointer[1];
//       ^ !calls V::operator[](int)
  if (pointer) n = 4;
//    ^ !calls V::operator bool() const
  if (p) n = 4;
//    ^ !calls V::operator bool() const
  ++p;
//^ !calls V::operator++()
  t + 1;
//  ^ !calls V::operator+(int) const
  n = plain.number + 1;
//                 ^ !calls V::operator+(int) const
  n = n * m + n;
//          ^ !calls V::operator+(int) const
  list == list;
//     ^ !calls V::operator==(const V&) const
  return n;
}
int use(Plain& plain, std::vector<V>& list, Pointer p) { return generic(1, list, plain, p); }
enum class Level { low, high };
struct Named { Level level; };
bool operator==(Level level, const Named& named);
bool operator<(Level a, Level b);
Level read();
bool compared(Level level) {
  if (level < read()) return true;
//          ^ calls operator<(Level,Level)
  return level == Level::low;
//             ^ !calls operator==(Level,const Named&)
}
namespace own { template <class T> struct vector { T& operator[](int at); }; }
using namespace std;
int loops(vector<int> list, int size) {
  auto f = [](const V& i) { return i + 1; };
  for (int i = 0; i < size; i++) f(list[i]);
//                                     ^ !calls own::vector::operator[](int)
  return size;
}
template <class T> struct Packed { bool operator<(int n) const; };
Packed<int> packed(int n) { return
  Packed<int>{};
//      ^ !calls Packed::operator<(int) const
}
struct N { bool operator!() const; explicit operator bool() const; };
int negated(N n) {
  if (!n) return 1;
//     ^ !calls N::operator bool() const
  return 0;
}
