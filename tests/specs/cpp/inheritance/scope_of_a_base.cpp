// A base is looked up from the scope of the class.
//- user.cpp
struct Shape { virtual void draw(); };
namespace a {
struct Shape { virtual void draw(); };
struct Circle : Shape { void draw() override; };
//              ^ inherits a::Shape by the name of a base
//                           ^ overrides a::Shape::draw() by the name and parameters of a virtual method of a base
}
