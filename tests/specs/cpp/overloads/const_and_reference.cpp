// Of overloads for constant objects and for temporaries, a call on a variable means none for sure.
//- user.cpp
struct Text { int get() &; int get() const &; int get() &&; };
int go(Text& text) {
  return text.get();
//            ^ [text] !calls *
//            ^ [semantic] calls Text::get() &
}
