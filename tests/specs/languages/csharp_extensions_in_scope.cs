// C#: the only extension method in sight, called on what other assemblies give, or on what is of unknown type.
//- Extensions.cs
using Lib;
namespace App.Extensions;
public static class HostExtensions {
  public static void AddFoo(this IHost host, int number) {}
  public static void AddBar(this Guard guard) {}
  public static int Select(this Guard guard) => 1;
  public static void Twice(this IHost host) {}
  public static void Shared(this IHost host) {}
  public static void OfText(this string text) {}
}
public static class OtherExtensions {
  public static void Twice(this Guard guard) {}
}
public class Own { public void Shared() {} }
//- Program.cs
using App.Extensions;
using Lib;
class Program {
  void Run(WebHost web, Guard guard, string text) {
    var builder = WebHost.Create();
    var app = builder.Build();
    app.AddFoo(1);
//      ^ calls App.Extensions.HostExtensions.AddFoo(IHost,int) by the only extension method in scope of that name
    builder.Services.AddFoo(2);
//                   ^ calls App.Extensions.HostExtensions.AddFoo(IHost,int) by the only extension method in scope of that name
    web.AddFoo(3);
//      ^ calls App.Extensions.HostExtensions.AddFoo(IHost,int) by the only extension method in scope of that name
    Lib.Each(x => x.AddFoo(4));
//                  ^ calls App.Extensions.HostExtensions.AddFoo(IHost,int) by the only extension method in scope of that name
    guard.AddFoo(5, 6);
//  ^ !calls *
    web.AddBar();
//  ^ !calls *
    text.AddFoo(7);
//  ^ !calls *
    app.Select();
//  ^ !calls *
    app.Twice();
//  ^ !calls *
    Lib.Each(x => x.Shared());
//  ^ !calls *
    app.Shared();
//  ^ !calls *
    web.Shared();
//      ^ calls App.Extensions.HostExtensions.Shared(IHost) by the only extension method in scope of that name
    web.OfText();
//  ^ !calls *
  }
}
//- Unseen.cs
using Lib;
class Unseen {
  void Run() {
    WebHost.Create().AddFoo(1);
//  ^ !calls *
  }
}
