// A class member type hides a class of the namespace in the methods of that class.
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
