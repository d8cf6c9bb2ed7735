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
//             ^ !calls *
    }
}
