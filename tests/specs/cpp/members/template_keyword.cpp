// A member template may be called with the template keyword.
//- user.cpp
struct Pen { template <class T> void draw(T t) {} void plain(int n); };
struct Tool { template <class T> void draw(T t) {} };
void go(Pen& pen) {
  pen.draw<int>(1);
//    ^ calls Pen::draw(T) by the declared type of what it is called on
  pen.template draw<int>(2);
//             ^ [semantic] calls Pen::draw(T)
//             ^ !calls Tool::draw(T)
}
