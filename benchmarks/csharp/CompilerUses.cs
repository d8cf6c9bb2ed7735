// The calls of a compiled C# program whose targets are compiled with it, as lines for `truth_uses.py`.
//
// Input: an assembly with its symbols (`mcs -debug` writes an .mdb beside it), and the folder of its sources. Output: one
// line per call instruction: `call` or `new`, file, line, name, target file, target line. Both lines are where code
// begins, so that methods without code, as those of interfaces, have a name of their type in front of their own and line
// 0: `csharp_truth.py` finds their declarations. Properties, events, operators and what the compiler made are left out.
//
//     mcs -r:Mono.Cecil.dll,Mono.Cecil.Mdb.dll CompilerUses.cs
//     mono CompilerUses.exe Some.dll FOLDER

using System;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

class CompilerUses {
  static string root;

  static void Main(string[] arguments) {
    root = System.IO.Path.GetFullPath(arguments[1]).TrimEnd('/') + "/";
    var symbols = new Mono.Cecil.Mdb.MdbReaderProvider();
    var reading = new ReaderParameters { ReadSymbols = true, SymbolReaderProvider = symbols };
    var module = ModuleDefinition.ReadModule(arguments[0], reading);
    foreach (var type in module.GetTypes())
      foreach (var method in type.Methods.Where(each => each.HasBody))
        Calls(method);
  }

  static void Calls(MethodDefinition method) {
    SequencePoint at = null;
    foreach (var instruction in method.Body.Instructions) {
      at = instruction.SequencePoint ?? at;
      var reference = instruction.Operand as MethodReference;
      if (reference == null || at == null || !IsCall(instruction.OpCode.Code)) continue;
      MethodDefinition target;
      try { target = reference.Resolve(); } catch (AssemblyResolutionException) { continue; }
      target = Constrained(instruction, target);
      if (target == null || target.Module != method.Module || IsMade(target)) continue;
      var isNew = instruction.OpCode.Code == Code.Newobj;
      var name = target.IsConstructor ? target.DeclaringType.Name : target.Name;
      var place = target.HasBody
        ? target.Body.Instructions.Select(each => each.SequencePoint).FirstOrDefault(each => each != null)
        : null;
      var file = place != null ? Relative(place.Document.Url) : target.DeclaringType.FullName;
      var types = string.Join(",", target.Parameters.Select(each => Spelled(each.ParameterType)));
      Console.WriteLine(string.Join("\t", isNew ? "new" : "call", Relative(at.Document.Url), at.StartLine, name, file,
        place != null ? place.StartLine : 0, target.DeclaringType.FullName, types, Overriding(target)));
    }
  }

  // The types that override a method: a call names the method that is overridden, whatever the type of its receiver.
  static string Overriding(MethodDefinition target) {
    if (!target.IsVirtual || target.DeclaringType.IsInterface) return "";
    var types = target.Module.GetTypes().Where(type => Bases(type).Contains(target.DeclaringType)).Where(type =>
      type.Methods.Any(each => each.IsVirtual && !each.IsNewSlot && each.Name == target.Name
        && each.Parameters.Select(one => one.ParameterType.FullName).SequenceEqual(
          target.Parameters.Select(one => one.ParameterType.FullName))));
    return string.Join(";", types.Select(each => each.FullName));
  }

  static System.Collections.Generic.IEnumerable<TypeDefinition> Bases(TypeDefinition type) {
    for (var at = type.BaseType; at != null; at = at.Resolve().BaseType) yield return at.Resolve();
  }

  static string Spelled(TypeReference type) {
    var generic = type as GenericInstanceType;
    return generic != null && type.Name == "Nullable`1" ? generic.GenericArguments[0].Name + "?" : type.Name;
  }

  // The method of a value type, where a call names that of object.
  static MethodDefinition Constrained(Instruction instruction, MethodDefinition target) {
    var before = instruction.Previous;
    if (target == null || before == null || before.OpCode.Code != Code.Constrained) return target;
    var type = (before.Operand as TypeReference).GetElementType() as TypeDefinition;
    var own = type == null ? null : type.Methods.FirstOrDefault(each => each.IsVirtual && each.Name == target.Name
      && each.Parameters.Count == target.Parameters.Count);
    return own ?? target;
  }

  static bool IsCall(Code code) {
    return code == Code.Call || code == Code.Callvirt || code == Code.Newobj;
  }

  static bool IsMade(MethodDefinition target) {
    return (target.IsSpecialName && !target.IsConstructor) || target.Name.Contains("<")
      || target.DeclaringType.Name.Contains("<") || target.DeclaringType.Name.Contains("$");
  }

  static string Relative(string path) {
    var full = System.IO.Path.GetFullPath(path);
    return full.StartsWith(root) ? full.Substring(root.Length) : full;
  }
}
