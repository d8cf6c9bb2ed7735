// C# 14: blocks of extension members, which are called on a receiver, on its type, or by the name of their class.
//: exact calls
//- Api.cs
using System;
using System.Collections.Generic;
using System.Diagnostics;
namespace Ex;
public static class Texts {
  /// <summary>How a text is shouted.</summary>
  public static string Loud(this string text) => text;
  extension(string text) {
    public string Quiet(int level = 1) => text.Loud();
//                                             ^ calls Ex.Texts.Loud(string) by an extension method of the declared type of its receiver
    public int Twice => text.Length * 2;
    static string Secret() => "";
  }
  extension<T>(IEnumerable<T> all) where T : class {
    public int Many<U>(Func<T, U> map) => extension(1);
//                                        ^ calls Ex.Texts.extension(int)
  }
  extension(Process) {
    public static bool IsAlive(int id) => false;
  }
  static int extension(int at) { return at; }
}
public class Shape { public Shape Self; public Shape Add(Shape other) => this; }
public static class Shapes {
  extension(Shape shape)
  {
    public Shape Moved(int x, int y) => shape;
    public static Shape Make() => new Shape();
//                                    ^ calls Ex.Shape
    public Shape Add(string name, int at = 0) => shape;
    public Shape Other => shape.Self;
  }
}
//- Use.cs
using System.Diagnostics;
using System.Collections.Generic;
using Ex;
class Use {
  void Calls(Shape shape, string name, List<string> names) {
    name.Quiet();
//       ^ calls Ex.Texts.Quiet(string,int) by an extension method of the declared type of its receiver
    Texts.Quiet(name, 2);
//        ^ calls Ex.Texts.Quiet(string,int)
    names.Many(each => 1);
//        ^ calls Ex.Texts.Many(IEnumerable<T>,Func<T, U>) by an extension method of the declared type of its receiver
    shape.Moved(1, 2).Other.Moved(1, 2);
//        ^ calls Ex.Shapes.Moved(Shape,int,int) by an extension method of the declared type of its receiver
//                          ^ calls Ex.Shapes.Moved(Shape,int,int) by an extension method of the declared type of its receiver
    Shape.Make().Moved(1, 2);
//        ^ calls Ex.Shapes.Make() by a member of the declared type of its receiver
//               ^ calls Ex.Shapes.Moved(Shape,int,int) by an extension method of the declared type of its receiver
    Process.IsAlive(1);
    shape.Moved(1);
    shape.Add(shape).Add("x", 1);
//        ^ calls Ex.Shape.Add(Shape) by a member of the declared type of its receiver
//                   ^ calls Ex.Shapes.Add(Shape,string,int) by an extension method of the declared type of its receiver
  }
}
// What is private in a type of no namespace is seen by its other parts.
//- Part.cs
partial class Parted {
  static int Hidden(int at) => at;
  static int Hidden(string name) => 1;
}
//- OtherPart.cs
partial class Parted {
  int Seen() => Hidden(1);
//              ^ calls Parted.Hidden(int) by the overload that its arguments fit
}
//- Outside.cs
class Outside {
  int Unseen() => Parted.Hidden(1);
}
// Where some configurations alone add to a type of .NET, others have that themselves.
//- Shims.cs
#if !NET5_0_OR_GREATER
static class Shims {
  extension(double) {
    public static bool IsFinite(double x) => true;
    public static bool IsWhole(double x) => IsFinite(x);
//                                          ^ calls Shims.IsFinite(double)
  }
}
#endif
class Shimmed {
  bool Finite(double x) => double.IsFinite(x);
}
