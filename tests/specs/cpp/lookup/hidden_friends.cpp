// A friend function defined in a class is found by argument-dependent lookup.
//- user.cpp
namespace lib {
struct Part { friend int weight(const Part& part) { return 1; } };
}
int go(const lib::Part& part) { return weight(part); }
//                                     ^ calls lib::weight(const Part&) by the only function of that name in what the file includes
