// Java: classes, fields, constructors, methods and enums are symbols; local variables are not.
//: exact defines links
//- Thing.java
package p;
/** A class. */
@A
//< defines Class C@Thing.java
public class C extends B {
  private int x = 1, y;
//            ^ defines Field C.x@Thing.java
//                   ^ defines Field C.y@Thing.java
  C(int a) {}
//^ defines Constructor C.C(int)@Thing.java
  static void m(String s, int... r) { int z; }
//            ^ defines Method C.m(String,int[])@Thing.java
  void m() {}
//     ^ defines Method C.m()@Thing.java
  enum E { P }
//     ^ defines Enum C.E@Thing.java
//         ^ defines Enumerator C.E.P@Thing.java
}
