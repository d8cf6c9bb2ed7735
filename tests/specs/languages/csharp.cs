// C#: namespaces, classes, fields, properties and methods are symbols.
//: exact defines links
//- Thing.cs
namespace N.M {
//          ^ defines Namespace N.M@Thing.cs
  public class A {
//             ^ defines Class N.M.A@Thing.cs
    int x, y;
//      ^ defines Field N.M.A.x@Thing.cs
//         ^ defines Field N.M.A.y@Thing.cs
    public int P { get; }
//             ^ defines Property N.M.A.P@Thing.cs
    void M(int a) {}
//       ^ defines Method N.M.A.M(int)@Thing.cs
  }
}
