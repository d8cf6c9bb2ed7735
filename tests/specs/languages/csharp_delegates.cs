// C#: the result of an overloaded method by the number of its arguments, and what lambdas are given by delegates.
//: exact calls
//- Scopes.cs
namespace Lib;
using System;
public delegate void Opened(Scope scope, Builder builder);
public class Builder {
  public Builder Register(Type of) => this;
  public Scope Build(int options = 0) => new();
  private void Build(string name, bool isDefault) {}
  public void Build(string a, string b, params string[] more) {}
}
public class Scope {
  public Scope Begin() => this;
  public Scope Begin(object tag) => this;
  public Scope Begin(Action<Builder> configure) => this;
  public Scope Begin(object tag, Action<Builder> configure) => this;
  public void OnOpened(Opened handler) {}
  public T With<T>(Func<Scope, T> get) => get(this);
  public void Each<T>(Action<T> act) {}
  public Scope(Action<Builder> configure = null) {}
}
public static class Resolutions {
  public static T Resolve<T>(this Scope scope) => default;
  public static T Resolve<T>(this Scope scope, params string[] names) => default;
  public static void Visit(this Scope scope, Func<Builder, bool> filter) {}
}
//- Uses.cs
using Lib;
public class Uses {
  void Run(Builder builder) {
    var scope = builder.Build();
//                      ^ calls Lib.Builder.Build(int)@Scopes.cs by a member of the declared type of its receiver
    scope.Resolve<int>();
//        ^ calls Lib.Resolutions.Resolve(Scope)@Scopes.cs by an extension method of the declared type of its receiver
    scope.Resolve<int>("a");
//        ^ calls Lib.Resolutions.Resolve(Scope,string[])@Scopes.cs by an extension method of the declared type of its receiver
    scope.Begin(b => b.Register(null));
//                     ^ calls Lib.Builder.Register(Type)@Scopes.cs by a member of the declared type of its receiver
//        ^ calls Lib.Scope.Begin(Action<Builder>)@Scopes.cs by a member of the declared type of its receiver
    scope.Begin("tag", b => b.Register(null));
//                            ^ calls Lib.Builder.Register(Type)@Scopes.cs by a member of the declared type of its receiver
//        ^ calls Lib.Scope.Begin(object,Action<Builder>)@Scopes.cs by a member of the declared type of its receiver
    scope.OnOpened((s, b) => { s.Begin(); b.Register(null); });
//                                          ^ calls Lib.Builder.Register(Type)@Scopes.cs by a member of the declared type of its receiver
//                               ^ calls Lib.Scope.Begin()@Scopes.cs by a member of the declared type of its receiver
//        ^ calls Lib.Scope.OnOpened(Opened)@Scopes.cs by a member of the declared type of its receiver
    scope.Visit(b => b.Register(null) != null);
//                     ^ calls Lib.Builder.Register(Type)@Scopes.cs by a member of the declared type of its receiver
//        ^ calls Lib.Resolutions.Visit(Scope,Func<Builder, bool>)@Scopes.cs by an extension method of the declared type of its receiver
    scope.With(s => s.Begin());
//                    ^ calls Lib.Scope.Begin()@Scopes.cs by a member of the declared type of its receiver
//        ^ calls Lib.Scope.With(Func<Scope, T>)@Scopes.cs by a member of the declared type of its receiver
    scope.Each(b => b.Register(null));
//        ^ calls Lib.Scope.Each(Action<T>)@Scopes.cs by a member of the declared type of its receiver
    new Scope(b => b.Register(null));
//                   ^ calls Lib.Builder.Register(Type)@Scopes.cs by a member of the declared type of its receiver
//      ^ calls Lib.Scope.Scope(Action<Builder>)@Scopes.cs
  }
}
