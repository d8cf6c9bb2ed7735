// Java and Kotlin: types with their package in front, where packages around it have no file of their own.
//: text only: no compiler is at hand
//- com/example/shapes/Shape.java
package com.example.shapes;
public class Shape {
  public static class Part { public void deep() {} }
  public void draw() {}
  public static Shape make() { return new Shape(); }
  public Shape next;
}
//- com/example/shapes/tools.kt
package com.example.shapes
fun top(): Shape = Shape()
//- use/Use.java
package use;
class Use extends com.example.shapes.Shape {
//                                   ^ inherits com.example.shapes.Shape
  com.example.shapes.Shape field;
  void f(com.example.shapes.Shape shape, com.elsewhere.Shape other) {
    shape.draw();
//        ^ calls com.example.shapes.Shape.draw
    field.draw();
//        ^ calls com.example.shapes.Shape.draw
    com.example.shapes.Shape.make().draw();
//                           ^ calls com.example.shapes.Shape.make
//                                  ^ calls com.example.shapes.Shape.draw
    com.example.shapes.Shape.Part part = new com.example.shapes.Shape.Part();
    part.deep();
//       ^ calls com.example.shapes.Shape.Part.deep
    shape.next.draw();
//             ^ calls com.example.shapes.Shape.draw
    other.draw();
//        ^ !calls com.example.shapes.Shape.draw
  }
  void g(Shape com) {
    com.example.shapes.Shape.make();
//                           ^ !calls com.example.shapes.Shape.make
  }
}
//- use/use.kt
package use
fun f(shape: com.example.shapes.Shape) {
  shape.draw()
//      ^ calls com.example.shapes.Shape.draw
  com.example.shapes.top().draw()
//                   ^ calls com.example.shapes.top
//                         ^ calls com.example.shapes.Shape.draw
}
