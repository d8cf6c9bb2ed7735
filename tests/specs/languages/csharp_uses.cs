// C#: calls follow scopes, usings, declared types, bases, extension methods and overloads.
//- lib/App.csproj
<Project Sdk="Microsoft.NET.Sdk" />
//- lib/Globals.cs
global using Lib.Shared;
//- lib/Node.cs
namespace Lib.Tree;
public class Node {
  public Node Next { get; set; }
  public Node this[int index] => Next;
  public virtual void Visit() {}
  public override string ToString() => "";
}
//- lib/Helper.cs
namespace Lib.Shared
{
  public static class Helper {
    public static void Go() {}
    public static void Twice(this Lib.Tree.Node node) {}
    public static string Shout(this string text, int times = 1) => text;
    public static bool StartsWith(this string text, char first) => true;
  }
}
//- lib/Part.One.cs
namespace Lib;
public partial class Part {
  private readonly Lib.Tree.Node _node = new();
//                                       ^ calls Lib.Tree.Node
  public Lib.Tree.Node Node => _node;
}
//- lib/Part.cs
namespace Lib;
using Lib.Tree;
//< imports lib/Node.cs
using System.Text;
//< imports external System.Text
using Lib.Unused;
//< imports external Lib.Unused
using Alias = Lib.Tree.Node;
//< imports lib/Node.cs
public interface IRun {
  void Run();
  void Stop();
}
public abstract class Base : IRun {
  protected Base(int count) {}
  public abstract void Run();
//                     ^ overrides Lib.IRun.Run() by the name and parameters of a method of a base type
  void IRun.Stop() {}
//          ^ overrides Lib.IRun.Stop()
}
[Marker]
//< references Lib.MarkerAttribute
public partial class Part : Base {
//                          ^ inherits Lib.Base
  private readonly List<Node> _nodes = [];
  static Part() {}
  public Part() : base(1) {}
//                ^ calls Lib.Base.Base(int)
  public Part(string name) : this() {}
//                           ^ calls Lib.Part.Part()
  public override void Run() {
//                     ^ overrides Lib.Base.Run()
    Helper.Go();
//         ^ calls Lib.Shared.Helper.Go()
    _node.Visit();
//        ^ calls Lib.Tree.Node.Visit() by a member of the declared type of its receiver
    Node.Next.Visit();
//            ^ calls Lib.Tree.Node.Visit()
    _nodes[0].Visit();
//            ^ calls Lib.Tree.Node.Visit()
    _nodes.First().Visit();
//                 ^ calls Lib.Tree.Node.Visit()
    foreach (var each in _nodes) each.Visit();
//                                    ^ calls Lib.Tree.Node.Visit()
    var made = new Alias();
//                 ^ calls Lib.Tree.Node
    made[1].Visit();
//          ^ calls Lib.Tree.Node.Visit()
    made.Twice();
//       ^ calls Lib.Shared.Helper.Twice(Lib.Tree.Node) by an extension method of the declared type of its receiver
    made?.Next?.Twice();
//              ^ calls Lib.Shared.Helper.Twice(Lib.Tree.Node)
    "a".Shout();
//      ^ calls Lib.Shared.Helper.Shout(string,int)
    "a".StartsWith("b");
//      ^ !calls *
    unknown.Twice();
//          ^ calls Lib.Shared.Helper.Twice(Lib.Tree.Node)
    Part(1);
//  ^ !calls *
    var other = new Part("x") { Name = "y" };
//                  ^ calls Lib.Part.Part(string)
//                              ^ references Lib.Part.Name
    if (Find(1) is Node found && found is { Next: var next }) found.Visit();
//                                                                  ^ calls Lib.Tree.Node.Visit()
    Set("a");
//  ^ calls Lib.Part.Set(string) by the overload that its arguments fit
    Set(1, 2, 3);
//  ^ calls Lib.Part.Set(int[]) by the overload with that number of arguments
    int Local(Node n) { n.Visit(); return 0; }
//                        ^ calls Lib.Tree.Node.Visit()
    Local(made);
//  ^ calls Lib.Part.Run.Local(Node)
    global::Lib.Shared.Helper.Go();
//                            ^ calls Lib.Shared.Helper.Go()
    base.ToString();
//       ^ !calls *
  }
  public async Task Load() {
    (await Get()).Visit();
//                ^ calls Lib.Tree.Node.Visit()
    var got = await Get();
    got.Visit();
//      ^ calls Lib.Tree.Node.Visit()
    Get().Result.Visit();
//               ^ calls Lib.Tree.Node.Visit()
  }
  public string Name { get; set; }
  Task<Node> Get() => null;
  object Find(int at) => null;
  void Set(string text) {}
  void Set(params int[] numbers) {}
}
public class MarkerAttribute : System.Attribute {}
public record Point(int X, Node At) {
//            ^ defines Class Lib.Point@lib/Part.cs
//                              ^ defines Property Lib.Point.At@lib/Part.cs
  public void Go() => At.Visit();
//                       ^ calls Lib.Tree.Node.Visit()
  public static Point Make() => new Point(1, null);
//                                  ^ calls Lib.Point
}
//- lib/Generic.cs
namespace Lib;
public class Box<T> where T : Tree.Node {
  T _value;
  void Open() {
    _value.Visit();
//         ^ calls Lib.Tree.Node.Visit()
  }
}
//- elsewhere/Outside.cs
class Outside {
  void Go() {
    Helper.Go();
//         ^ !calls *
  }
}
//- Directory.Build.targets
<Project>
  <Import Project="$(MSBuildThisFileDirectory)eng/Shared.targets" />
  <ItemGroup Condition="'$(Some)' == 'true'">
    <Using Include="Lib.Tree" />
  </ItemGroup>
</Project>
//- eng/Shared.targets
<Project>
  <ItemGroup><Using Include="Lib.Shared.Helper" Static="true" /></ItemGroup>
</Project>
//- tool/Tool.csproj
<Project>
  <ItemGroup><Using Include="Lib.Part" Alias="Piece" /></ItemGroup>
  <ItemGroup><Using Include="Lib.Removed" /><Using Remove="Lib.Removed" /></ItemGroup>
</Project>
//- tool/Run.cs
namespace Tool;
class Run {
  Node _node;
//^ references Lib.Tree.Node
  void Main() {
    Go();
//  ^ calls Lib.Shared.Helper.Go()
    new Piece("a");
//      ^ calls Lib.Part.Part(string)
    new Gone.Inner();
//      ^ !references *
  }
}
//- lib/Gone.cs
namespace Lib.Removed;
public class Gone { public class Inner {} }
//- src/Services.cs
using System;
namespace Services
{
  public interface IChecked { void Check(); }
  public interface IInner : IChecked { void Check<T>(); }
  public class Checked : IInner
  {
    public void Check() {}
//              ^ overrides Services.IChecked.Check() by the name and parameters of a method of a base type
    void IInner.Check<T>() {}
//              ^ overrides Services.IInner.Check() by the name and parameters of a method of a base type
    static void Run(IServiceProvider services)
    {
      services.GetService<IChecked>().Check();
//                                    ^ calls Services.IChecked.Check()
      var one = services.GetRequiredService<Checked>();
      one.Check();
//        ^ calls Services.Checked.Check()
    }
  }
}
