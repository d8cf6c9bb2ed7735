// C#: a function without a name tells apart overloads that take a delegate from those that do not.
//- Api.cs
using System;
using Microsoft.Extensions.DependencyInjection;
namespace Ex;
public delegate bool Check(int x);
public class Options { public void Use(int x) {} }
public static class Extensions {
    public static void AddEx(this IServiceCollection services, Options options) {}
    public static void AddEx(this IServiceCollection services, Action<Options> configure) {}
}
public class Builder {
    public void When(Options options) {}
    public void When(Func<int, bool> check) {}
    public void Each(Check check) {}
    public void Each(Func<int, bool> check) {}
}
//- Use.cs
using Microsoft.Extensions.DependencyInjection;
namespace Ex;
class Use {
    void Run(Builder builder) {
        var services = new ServiceCollection();
        services.AddEx(options => options.Use(1));
//               ^ calls Ex.Extensions.AddEx(IServiceCollection,Action<Options>)
        services.AddEx(new Options());
//               ^ calls Ex.Extensions.AddEx(IServiceCollection,Options)
        builder.When(x => x > 1);
//              ^ calls Ex.Builder.When(Func<int, bool>)
        builder.When(delegate(int x) { return x > 1; });
//              ^ calls Ex.Builder.When(Func<int, bool>)
        builder.Each(x => x > 1);
//              ^ !calls *
        var others = new OtherCollection();
        others.AddEx(options => options.Use(1));
//             ^ calls Ex.Extensions.AddEx(IServiceCollection,Action<Options>)
    }
}
//- Declared.cs
using System;
using System.Linq.Expressions;
namespace Ex;
public class Bolt { public int Size() => 1; public string Name = ""; }
public delegate void OnBolt(Bolt bolt);
public class Held {
  private readonly Func<int, Bolt, int> _sized = (at, bolt) => bolt.Size();
//                                                                  ^ calls Ex.Bolt.Size() by a member of the declared type of its receiver
  public Action<Bolt>? Act { get; set; } = bolt => bolt.Size();
//                                                      ^ calls Ex.Bolt.Size() by a member of the declared type of its receiver
  public Expression<Func<Bolt, int>> Tree => bolt => bolt.Size();
//                                                        ^ calls Ex.Bolt.Size() by a member of the declared type of its receiver
  Func<Bolt, int> Give() {
    OnBolt on = bolt => bolt.Size();
//                           ^ calls Ex.Bolt.Size() by a member of the declared type of its receiver
    var open = (Bolt bolt) => bolt.Size();
//                                 ^ calls Ex.Bolt.Size() by a member of the declared type of its receiver
    return bolt => bolt.Size();
//                      ^ calls Ex.Bolt.Size() by a member of the declared type of its receiver
  }
  void Texts(object any, Other of) {
    any.ToString().Longer();
//                 ^ calls Ex.TextMethods.Longer(string) by an extension method of the declared type of its receiver
    of?.ToString("x").ToLower().Longer();
//                              ^ calls Ex.TextMethods.Longer(string) by an extension method of the declared type of its receiver
    of.Trim().Longer();
  }
}
public static class TextMethods { public static string Longer(this string text) => text; }
//- Rules.cs
using System;
using System.Threading;
namespace Ex;
public class Rules {
  public Rules(params Action<Rules>[] rules) {}
  public void Add(Action<Rules> rule) {}
  public Rules Must(Func<int, bool> check) => this;
  public Rules Must(Func<string, int, bool> check) => this;
  public Rules Must(Func<string, int, Rules, bool> check) => this;
  public Rules Run(string name, CancellationToken token = default) => this;
}
public static class MoreRules {
  public static Rules Run(this Rules rules, string name, Action<Options> configure) => rules;
}
public class UseRules {
  void Use() {
    new Rules(a => a.Must(x => true), b => b.Must((name, x) => true));
//                   ^ calls Ex.Rules.Must(Func<int, bool>)
//                                           ^ calls Ex.Rules.Must(Func<string, int, bool>)
    var all = new Rules { a => a.Must((name, x, r) => true) };
//                               ^ calls Ex.Rules.Must(Func<string, int, Rules, bool>)
    all.Run("a", options => options.Use(1));
//      ^ calls Ex.MoreRules.Run(Rules,string,Action<Options>)
//                                  ^ calls Ex.Options.Use(int)
    all.Run("a");
//      ^ calls Ex.Rules.Run(string,CancellationToken)
    all.Run("a", all.Token);
//      ^ calls Ex.Rules.Run(string,CancellationToken)
  }
}
