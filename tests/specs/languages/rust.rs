// Rust: types, fields, methods and macros are symbols.
//: exact defines links
//- thing.rs
/// A struct.
#[derive(X)]
pub struct S { a: i32 }
//             ^ defines Field S::a@thing.rs
//         ^ defines Struct S@thing.rs
impl T for S {
  fn f(&self) {}
//   ^ defines Method S::f@thing.rs
}
macro_rules! m { () => {} }
//           ^ defines Macro m@thing.rs
