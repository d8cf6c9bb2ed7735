// A cast to a constant type calls the overload for constants; what is dereferenced is as constant as what is pointed to.
//- user.cpp
struct Pen { void draw(); void draw() const; };
struct Box {
  Pen* pen_;
  const Pen* other_;
  void go() const {
    (*pen_).draw();
//          ^ calls Pen::draw() by the declared type of what it is called on
    (*other_).draw();
//            ^ calls Pen::draw() const by the declared type of what it is called on
  }
};
void go(void* any, const Pen* constant, Pen* pen) {
  ((const Pen*)any)->draw();
//                   ^ calls Pen::draw() const by the declared type of what it is called on
  static_cast<Pen const*>(any)->draw();
//                              ^ calls Pen::draw() const by the declared type of what it is called on
  ((Pen*)any)->draw();
//             ^ calls Pen::draw() by the declared type of what it is called on
  (*constant).draw();
//            ^ calls Pen::draw() const by the declared type of what it is called on
  (*pen).draw();
//       ^ calls Pen::draw() by the declared type of what it is called on
}
