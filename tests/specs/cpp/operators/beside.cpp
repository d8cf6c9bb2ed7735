// An operator beside the class is called where its first parameter is that class; in another namespace it is not.
//- user.cpp
namespace a {
struct V { friend bool operator<(const V& one, const V& other) { return true; } };
V operator+(const V& one, const V& other);
V operator*(const V& one, int n);
V operator*(const V& one, const V& other);
enum class Flag { A, B };
Flag operator|(Flag one, Flag other);
}
namespace b {
struct V {};
V operator+(const V& one, const V& other);
a::V operator%(const a::V& one, int n);
struct T { bool operator==(int n) const; };
bool operator==(const T& one, const T& other);
}
namespace c {
template <class T> struct Box { T value; };
template <class T> bool operator==(const Box<T>& one, const Box<T>& other);
template <class T> bool operator==(T one, int other) { return false; }
void go(a::V v, b::V w, a::Flag flag, int n, Box<int> box, b::T t) {
  v + v;
//  ^ calls a::operator+(const V&,const V&) by an operator of the declared type of its operand
//  ^ !calls b::operator+(const V&,const V&)
  w + w;
//  ^ calls b::operator+(const V&,const V&) by an operator of the declared type of its operand
//  ^ !calls a::operator+(const V&,const V&)
  v < v;
//  ^ calls a::operator<(const V&,const V&) by an operator of the declared type of its operand
  v * v;
//  ^ [semantic] calls a::operator*(const V&,const V&)
//  ^ !calls a::operator*(const V&,int)
  flag | flag;
//     ^ calls a::operator|(Flag,Flag) by an operator of the declared type of its operand
  n | n;
//  ^ !calls a::operator|(Flag,Flag)
  box == box;
//    ^ calls c::operator==(const Box<T>&,const Box<T>&) by an operator of the declared type of its operand
  t == t;
//  ^ !calls b::T::operator==(int) const
//  ^ [semantic] calls b::operator==(const T&,const T&)
}
}
