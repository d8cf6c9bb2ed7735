// A local variable is no use of what it was set to: a name that is read is the variable's. Calls of it do lead there.
//- held/Kind.kt
package held
enum class Kind { A, B }
fun other(): Kind = Kind.B
fun run() {}
fun make() {
    var kind = Kind.A
    kind = other()
//         ^ calls held.other
    if (kind == Kind.B) print("$kind ${kind}")
//      ^ !references Kind.A
    val same = kind
//             ^ !references *
    val go = ::run
//             ^ references held.run
    go()
//  ^ calls held.run
    fun inner() {}
    listOf(::inner)
//           ^ references held.make.inner
}
//- held/Sort.java
package held;
enum Sort { A, B }
class Sorter {
  boolean make() {
    var sort = Sort.A;
//                  ^ references held.Sort.A
    sort = other();
    return sort == Sort.B;
//         ^ !references Sort.A
  }
  Sort other() { return Sort.B; }
}
//- Sources/App/Form.swift
enum Form { case a, b }
func form() -> Bool {
    var form = Form.a
//                  ^ references Form.a
    form = Form.b
//  ^ !references Form.a
    return form == Form.b
//         ^ !references Form.a
}
//- src/state.ts
enum State { A, B }
function step() {}
function other(): State { return State.B; }
export function make() {
  let state = State.A;
//                  ^ references State.A
  state = other();
  const go = step;
//           ^ references step
  go();
//^ calls step
  return state === State.B;
//       ^ !references State.A
}
//- Cargo.toml
[package]
name = "held"
//- src/lib.rs
pub enum Mode { A, B }
fn other() -> (Mode, u8) { (Mode::B, 1) }
fn make() -> bool {
    let mut mode = (Mode::A, 1);
//                        ^ references Mode::A
    mode = other();
    mode.0 == Mode::B && mode.1 == 2
//       ^ !references Mode::A
}
