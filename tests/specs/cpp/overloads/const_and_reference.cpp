// Overloads that differ by ref-qualifier cannot be told apart by text: the call is of one of them.
//- user.cpp
struct Text { int get() &; int get() const &; int get() &&; };
int go(Text& text) {
  return text.get();
//            ^ [text] calls Text::get() & by one of the overloads that its arguments may fit
//            ^ [semantic] calls Text::get() &
}
