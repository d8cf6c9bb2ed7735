// Of member functions for objects that have a name and for those that are made where they are called, the right one is.
//- user.cpp
struct Text {};
struct Value {
  Text& text() &;
  const Text& text() const&;
  Text text() &&;
  Text moved() const&;
  Text moved() &&;
  void inside() const {
    text();
//  ^ calls Value::text() const& by a member of its own class
  }
};
Value make();
void go(Value& value, const Value& constant) {
  value.text();
//      ^ calls Value::text() & by the declared type of what it is called on
  constant.text();
//         ^ calls Value::text() const& by the declared type of what it is called on
  value.moved();
//      ^ calls Value::moved() const& by the declared type of what it is called on
  make().text();
//       ^ calls Value::text() && by one of the overloads that its arguments may fit
  Value values[2];
  values[0].text();
//          ^ calls Value::text() & by the declared type of what it is called on
}
