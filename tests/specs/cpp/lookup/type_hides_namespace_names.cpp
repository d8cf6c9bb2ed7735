// Inside a class, a nested class hides a class of the namespace with the same name.
//- user.cpp
struct Item { void go(int n); };
struct Box {
  struct Item { void go(int n); };
  void run(Item& item) {
    item.go(1);
//       ^ calls Box::Item::go(int) by the declared type of what it is called on
//       ^ !calls Item::go(int)
  }
};
void outside(Item& item) {
  item.go(1);
//     ^ calls Item::go(int) by the declared type of what it is called on
}
