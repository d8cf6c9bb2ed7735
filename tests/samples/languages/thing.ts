interface I { a: number; m(): void }
type T = string;
enum E { A = 1 }
namespace N { export function f() {} }
