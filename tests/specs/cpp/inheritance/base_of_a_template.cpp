// A base with template arguments is the class template.
//- user.cpp
template <class T> class Shape {};
class Circle : public Shape<Circle> {};
//                    ^ inherits Shape as public by the name of a base
