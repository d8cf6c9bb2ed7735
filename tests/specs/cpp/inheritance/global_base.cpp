// A base that is named from the global namespace is the one there.
//: known-wrong: the `::` in front of a base is not heeded
//- user.cpp
struct Shape { virtual void draw(); };
namespace a {
struct Shape { virtual void draw(); };
struct Square : ::Shape { void draw() override; };
//                ^ inherits Shape
//                ^ !inherits a::Shape
//                             ^ overrides Shape::draw()
}
