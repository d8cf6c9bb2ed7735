// Elements of containers and arrays have the element type, also in range-based for loops.
//- user.cpp
#include <map>
#include <vector>
struct Stack { void go(); };
struct Other { void go(); };
void f(std::vector<Stack>& all, Other* array[], std::vector<std::vector<Other>>& deep) {
  all[0].go();
//       ^ calls Stack::go() by the declared type of what it is called on
  array[1]->go();
//          ^ calls Other::go() by the declared type of what it is called on
  deep[0][1].go();
//           ^ calls Other::go() by the declared type of what it is called on
  for (auto& one : all) one.go();
//                          ^ calls Stack::go() by the declared type of what it is called on
  for (Other& other : deep[0]) other.go();
//                                   ^ calls Other::go() by the declared type of what it is called on
}
