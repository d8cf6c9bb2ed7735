// Overloads that differ by ref-qualifier cannot be told apart by text.
//- user.cpp
struct Text { int get() &; int get() const &; int get() &&; };
int go(Text& text) {
  return text.get();
//            ^ [text] !calls *
//            ^ [semantic] calls Text::get() &
}
