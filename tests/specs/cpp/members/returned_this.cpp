// A method that returns its own object can be chained.
//- user.cpp
struct Pen { Pen& draw(int n); Pen& fill(); };
struct Tool { Tool& fill(); };
void go(Pen pen) {
  pen.draw(1).draw(2).fill();
//    ^ calls Pen::draw(int) by the declared type of what it is called on
//                    ^ calls Pen::fill() by the declared type of what it is called on
}
