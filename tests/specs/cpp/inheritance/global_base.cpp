// A base qualified with a leading :: is looked up in the global namespace.
//- user.cpp
struct Shape { virtual void draw(); };
namespace a {
struct Shape { virtual void draw(); };
struct Square : ::Shape { void draw() override; };
//                ^ inherits Shape
//                ^ !inherits a::Shape
//                             ^ overrides Shape::draw()
}
