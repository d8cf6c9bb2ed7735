// Rust: aliases of `Result`, which each crate has.
//- Cargo.toml
[package]
name = "shop"
//- src/lib.rs
pub mod kinds;
//- src/kinds.rs
pub type Result<T> = std::result::Result<T, String>;
pub type ParseResult<'a, T = ()> = std::result::Result<T, &'a str>;
pub struct OwnResult<T>(T);
impl<T> OwnResult<T> {
  fn size(&self) {}
}
pub struct Kind;
impl Kind {
  fn len(&self) -> usize { 1 }
  fn make() -> Result<Kind> { Ok(Kind) }
  fn parse<'a>() -> ParseResult<'a, Self> { Ok(Kind) }
  fn own() -> OwnResult<Kind> { todo!() }
}
fn calls() -> Result<()> {
  let kind = Kind::parse()?;
  kind.len();
//     ^ calls Kind::len by a member of the declared type of its receiver
  Kind::make().unwrap().len();
//                      ^ calls Kind::len by a member of the declared type of its receiver
  if let Ok(found) = Kind::parse() {
    found.len();
//        ^ calls Kind::len by a member of the declared type of its receiver
  }
  Kind::own().size();
//            ^ calls OwnResult::size by a member of the declared type of its receiver
  Ok(())
}
