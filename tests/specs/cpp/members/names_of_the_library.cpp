// A call of a member that standard containers have is not resolved by name alone.
//- user.cpp
struct A { int size() const; void rarely() const; };
template <class T> int go(T one, T other) {
  auto made = (one + other);
  made.rarely();
//     ^ [text] calls A::rarely() const by the only member function of that name
  return made.size();
//            ^ !calls A::size() const
}
