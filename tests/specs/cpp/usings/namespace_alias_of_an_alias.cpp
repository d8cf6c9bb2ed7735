// A namespace alias may name another alias.
//- user.cpp
namespace first::second { void run(); }
namespace one = first;
namespace two = one::second;
void go() {
  two::run();
//     ^ calls first::second::run() by its qualified name
}
