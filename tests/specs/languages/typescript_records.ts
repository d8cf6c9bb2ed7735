// TypeScript: all fields of a `Record` are what its last type argument says.
//: text only: no compiler is at hand
//- nodes.ts
export class Node {
  go() {}
}
interface Held {
  by: Record<string, Node>
}
function f(byName: Record<string, Node>, part: Partial<Record<string, Node>>, held: Held) {
  byName['a'].go()
//            ^ calls nodes.Node.go
  byName.a.go()
//         ^ calls nodes.Node.go
  part['a']?.go()
//           ^ calls nodes.Node.go
  held.by.a.go()
//          ^ calls nodes.Node.go
  const read = byName.a
//                    ^ !references nodes.Node
  read.go()
//     ^ calls nodes.Node.go
  byName.a.b.go()
//           ^ !calls nodes.Node.go
}
