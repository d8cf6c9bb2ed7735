// A cast says the type of what is called on, in C++ and in C.
//- user.cpp
struct Pen { void draw() const; Pen* next; };
struct Tool { void draw() const; void* held(); };
void go(void* any, Tool* tool, Pen** pens) {
  static_cast<const Pen*>(any)->draw();
//                              ^ calls Pen::draw() const by the declared type of what it is called on
  static_cast< Pen const * >(tool->held())->draw();
//                                          ^ calls Pen::draw() const by the declared type of what it is called on
  ((Pen*)any)->draw();
//             ^ calls Pen::draw() const by the declared type of what it is called on
  ((const struct Pen *)tool->held())->draw();
//                                    ^ calls Pen::draw() const by the declared type of what it is called on
  (*(Pen*)any).draw();
//             ^ calls Pen::draw() const by the declared type of what it is called on
  ((Pen*)any)->next->draw();
//                   ^ calls Pen::draw() const by the declared type of what it is called on
  (static_cast<Pen*>(any))->draw();
//                          ^ calls Pen::draw() const by the declared type of what it is called on
  ((Pen*)any + 1)->draw();
//                 ^ [text] !calls *
//                 ^ [semantic] calls Pen::draw() const
}
