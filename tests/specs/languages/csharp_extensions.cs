// C#: extension methods of numbers and of what .NET makes, the nearest of several, and overloads by how many types they are given.
//: exact calls
//- Api.cs
using System;
using System.Collections.Generic;
namespace Ex;
public static class Numbers {
  public static string Ordinal(this int number) => "";
  public static string Ordinal(this long number) => "";
  public static string Late(this TimeSpan time) => "";
}
public static class Texts { public static string Human(this string text) => text; }
public static class Lists { public static string Human<T>(this IEnumerable<T> all) => ""; }
public class Store {
  public int Query<T>(string sql, object param) => 1;
  public int Query<T, U>(string sql, Func<T, U> map) => 2;
  public int Run(string sql, object param) => 1;
  public int Run(string sql, Func<int> map) => 2;
}
public class Row {
  public int A;
  public Row() {}
  public Row(int a) {}
}
//- Use.cs
using System;
using Ex;
class Use {
  void Calls(Store store) {
    1.Ordinal();
//    ^ calls Ex.Numbers.Ordinal(int) by an extension method of the declared type of its receiver
    1L.Ordinal();
//     ^ calls Ex.Numbers.Ordinal(long) by an extension method of the declared type of its receiver
    int.MaxValue.Ordinal();
//               ^ calls Ex.Numbers.Ordinal(int) by an extension method of the declared type of its receiver
    2.0.Ordinal();
    TimeSpan.FromHours(1).Late();
//                        ^ calls Ex.Numbers.Late(TimeSpan) by an extension method of the declared type of its receiver
    var text = string.Join(",", "a");
    text.Human();
//       ^ calls Ex.Texts.Human(string) by an extension method of the declared type of its receiver
    new[] { 1 }.Human();
    store.Query<int>("", new { A = 1 });
//        ^ calls Ex.Store.Query(string,object) by a member of the declared type of its receiver
    store.Query<int, Row>("", null);
//        ^ calls Ex.Store.Query(string,Func<T, U>) by a member of the declared type of its receiver
    store.Run("", new { A = 1 });
//        ^ calls Ex.Store.Run(string,object) by a member of the declared type of its receiver
    new Row { A = 1 };
//      ^ calls Ex.Row.Row() by the overload with that number of arguments
  }
}
//- Builders.cs
namespace Ex;
public abstract class Base<T> where T : Base<T> { public T Set() => null; }
public class Real : Base<Real> {
  public void Own() {}
  public void Chain() {
    Set().Own();
//  ^ calls Ex.Base.Set()
//        ^ calls Ex.Real.Own() by a member of the declared type of its receiver
  }
}
//- Named.cs
using System;
namespace Ex;
public enum Colour { Red }
public static class Named {
  public static void Tell(this TimeSpan time, int precision = 1, string culture = "") {}
  public static void Tell(this TimeSpan time, int precision, bool empty, string culture = "") {}
  public static void Show(this Enum one) {}
  static void Calls(TimeSpan time) {
    time.Tell(3, culture: "en");
//       ^ calls Ex.Named.Tell(TimeSpan,int,string) by an extension method of the declared type of its receiver
    time.Tell(3, empty: true);
//       ^ calls Ex.Named.Tell(TimeSpan,int,bool,string) by an extension method of the declared type of its receiver
    Colour.Red.Show();
//             ^ calls Ex.Named.Show(Enum) by an extension method of the declared type of its receiver
  }
}
//- Late.cs
namespace Late {
    static class Everything { public static void Lead(this object of) { } }
    class Use {
        dynamic field;
        void One(dynamic late, object early) {
            late.Lead();
//               ^ !calls *
            field.Lead();
//                ^ !calls *
            early.Lead();
//                ^ calls Late.Everything.Lead(object)
        }
    }
}
