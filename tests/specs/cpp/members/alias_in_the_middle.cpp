// A class in another one is found behind an alias of that.
//- user.cpp
namespace a {
template <class T> struct List {
  struct Iterator { void next(); };
};
struct Table {
  typedef List<int> Rows;
};
struct Reader {
  void go() {
    at_.next();
//      ^ calls a::List::Iterator::next() by the declared type of what it is called on
    at_.next();
//      ^ calls a::List::Iterator::next() by the declared type of what it is called on
    Table::Rows::Iterator other;
    other.next();
//        ^ calls a::List::Iterator::next() by the declared type of what it is called on
  }
  Table::Rows::Iterator at_;
};
}
