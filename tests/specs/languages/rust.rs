// Rust: types, their fields, the functions of what is implemented for them, and macros.
//: exact defines links
//- thing.rs
/// A struct.
#[derive(X)]
pub struct S { a: i32 }
//             ^ defines Field S.a@thing.rs
//         ^ defines Struct S@thing.rs
impl T for S {
  fn f(&self) {}
//   ^ defines Method S.f@thing.rs
}
macro_rules! m { () => {} }
//           ^ defines Macro m@thing.rs
