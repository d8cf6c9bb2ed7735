// TypeScript: interfaces, aliases, enums and namespaces are symbols.
//: exact defines links
//- thing.ts
interface I { a: number; m(): void }
//        ^ defines Class I@thing.ts
//            ^ defines Field I.a@thing.ts
//                       ^ defines Method I.m@thing.ts
type T = string;
//   ^ defines TypeAlias T@thing.ts
enum E { A = 1 }
//   ^ defines Enum E@thing.ts
//       ^ defines Enumerator E.A@thing.ts
namespace N { export function f() {} }
//                            ^ defines Function N.f@thing.ts
//        ^ defines Namespace N@thing.ts
