/// A struct.
#[derive(X)]
pub struct S { a: i32 }
impl T for S {
  fn f(&self) {}
}
macro_rules! m { () => {} }
