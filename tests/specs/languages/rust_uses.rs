// Rust: modules, `use`, impl blocks, traits, patterns and method calls lead to what they name.
//- Cargo.toml
[workspace]
members = ["core", "app"]
//- core/Cargo.toml
[package]
name = "my-core"
edition = "2021"
//- core/src/lib.rs
pub mod shapes;
//< imports core/src/shapes/mod.rs
mod answers;
mod elsewhere;
mod hidden;
//< imports core/src/hidden.rs
mod gone;
//< imports missing self::gone
pub use hidden::Deep;
//< imports core/src/hidden.rs
pub use crate::shapes::{Shape as AnyShape, Square};
//< imports core/src/shapes/mod.rs
pub fn helper() {}
cfg_rt! { mod placed; }
//- core/src/placed.rs
use super::helper;
//< imports core/src/lib.rs
fn run() {
  helper();
//^ calls helper
}
//- core/src/hidden.rs
use std::rc::Rc;
//< imports external std::rc::Rc
use super::shapes::Shape;
//< imports core/src/shapes/mod.rs
pub struct Deep(pub Rc<crate::shapes::Square>);
impl Shape for Deep {
//   ^ references Shape
  fn area(&self) -> u32 {
//   ^ overrides Shape::area by the name and parameters of a method of a base type
    self.0.area()
//         ^ calls Square::area by a member of the declared type of its receiver
  }
}
//- core/src/shapes/mod.rs
pub mod round;
//< imports core/src/shapes/round.rs
pub trait Shape {
  fn area(&self) -> u32;
  fn twice(&self) -> u32 { self.area() * 2 }
//                              ^ calls Shape::area by a member of the declared type of its receiver
}
#[derive(Clone)]
pub struct Square { pub side: u32, next: Option<Box<Square>> }
impl Square {
  pub const UNIT: u32 = 1;
  pub fn new(side: u32) -> Self { Self { side, next: None } }
//                                       ^ references Square::side
  pub fn next(&self) -> Option<&Square> { self.next.as_deref() }
//                                             ^ references Square::next
}
//- core/src/shapes/round.rs
use super::{Shape, Square};
//< imports core/src/shapes/mod.rs
pub enum Event { Grow(Square), Move { by: Square }, Stop }
impl Shape for Square {
  fn area(&self) -> u32 { self.side * self.side }
//                             ^ references Square::side
}
pub fn run(event: Event, all: &[Square]) -> Result<Square, String> {
  match event {
    Event::Grow(inner) => inner.area(),
//  ^ references Event
//                              ^ calls Square::area
    Event::Move { by } => by.twice(),
//                ^ references Event::Move::by
//                           ^ calls Shape::twice by a member of a base of its receiver's type
    Event::Stop => Square::UNIT,
//                         ^ references Square::UNIT
  };
  for (n, each) in all.iter().enumerate() {
    each.area();
//       ^ calls Square::area
  }
  let first = all[0].clone();
  if let Some(next) = first.next() {
//                          ^ calls Square::next
    next.area();
//       ^ calls Square::area
  }
  let shared = std::sync::Arc::new(Square::new(2));
//                                         ^ calls Square::new
  shared.clone().area();
//               ^ calls Square::area
  unknown().area();
//          ^ calls Shape::area by a method of the only trait in scope that has one of that name
  assert_eq!(first.area(), 1);
//                 ^ calls Square::area
  Ok(first)
}
#[cfg(unix)]
fn twin() {}
#[cfg(not(unix))]
fn twin() {}
fn generic<T: Shape + Clone>(item: T) -> u32 {
  twin();
//^ calls twin
  item.area()
//     ^ calls Shape::area
}
mod tests {
  use super::*;
  fn area() {}
  macro_rules! check { ($e:expr) => { $e } }
  fn case() {
    area();
//  ^ calls tests::area
    generic(Square::new(1));
//  ^ calls generic
    check!(1);
//  ^ calls tests::check
    let made = run(Event::Stop, &[]).unwrap();
//             ^ calls run
    made.area();
//       ^ calls Square::area
  }
}
//- app/Cargo.toml
[package]
name = "app"
edition = "2021"
[dependencies]
core2 = { package = "my-core", path = "../core" }
//- app/src/main.rs
use core2::{helper, AnyShape, Deep};
//< imports core/src/lib.rs
use core2::shapes::round;
//< imports core/src/shapes/round.rs
fn main() {
  helper();
//^ calls helper
  let deep: Deep = make();
  deep.area();
//     ^ calls Deep::area
  deep.twice();
//     ^ calls Shape::twice
  let other = round::run(round::Event::Stop, &[])?;
//                   ^ calls run
  other.next();
//      ^ calls Square::next
}
fn make() -> Deep { loop {} }
//- core/src/kinds.rs
pub enum Kind { Piped(u32), Plain }
pub struct Input { pub kind: Kind }
pub fn ready(input: &Input) -> bool { true }
pub fn choose(input: Input) {
  const LIMIT: &[u32] = &[1];
  fn inner() -> Square { Square::new(1) }
  struct Own { kind: Kind }
  inner();
//^ calls choose::inner
  let own = Own { kind: Kind::Plain };
//          ^ references choose::Own
//                ^ references choose::Own::kind
  assert!(LIMIT.contains(&2));
//        ^ references choose::LIMIT
  let plain = matches!(input.kind, Kind::Piped(_) if ready(&input));
//                           ^ references Input::kind
//                                 ^ references Kind
//                                       ^ references Kind::Piped
//                                                   ^ calls ready
  select! {
    value = ready(input) => Kind::Plain,
//          ^ calls ready
//                          ^ references Kind
//                                ^ references Kind::Plain
    input = other.ready() => {}
//                ^ !calls *
  }
  quote! { fn ready() { ready(); } };
//                      ^ !calls *
}
//- core/src/answers.rs
pub trait IntoAnswer { fn into_answer(self) -> u32; fn answered(&self, to: u32); fn len(&self) -> u32; }
pub trait Scaled { fn scaled(&self) -> u32; }
impl<T: Into<u32>> Scaled for T { fn scaled(&self) -> u32 { 2 } }
impl IntoAnswer for (u32, u32) {
  fn into_answer(self) -> u32 { self.0 }
  fn answered(&self, to: u32) {}
  fn len(&self) -> u32 { 2 }
}
macro_rules! answer {
  ($of:expr) => { $of.into_answer() };
//                    ^ calls IntoAnswer::into_answer by a method of the only trait in scope that has one of that name
}
fn answers(list: Vec<String>, square: crate::shapes::Square) {
  (1, 2).into_answer();
//       ^ calls IntoAnswer::into_answer by a method of the only trait in scope that has one of that name
  http::Status::OK.into_answer();
//                 ^ calls IntoAnswer::into_answer by a method of the only trait in scope that has one of that name
  answer!((1, 2).into_answer());
//               ^ calls IntoAnswer::into_answer by a method of the only trait in scope that has one of that name
  list.iter().map(|each| each.into_answer());
//                            ^ calls IntoAnswer::into_answer by a method of the only trait in scope that has one of that name
  (1, 2).answered();
//       ^ !calls *
  (1, 2).len();
//       ^ !calls *
  square.into_answer();
//       ^ !calls *
  square.scaled();
//       ^ calls Scaled::scaled by a method of the only trait in scope that has one of that name
}
//- core/src/elsewhere.rs
mod without {
  fn without() {
    (1, 2).into_answer();
//         ^ !calls *
  }
}
mod nameless {
  use crate::answers::IntoAnswer as _;
//< imports core/src/answers.rs
  fn with() {
    (1, 2).into_answer();
//         ^ calls IntoAnswer::into_answer by a method of the only trait in scope that has one of that name
  }
  mod inner {
    use super::*;
    fn with() {
      String::from("x").into_answer();
//                      ^ calls IntoAnswer::into_answer by a method of the only trait in scope that has one of that name
    }
  }
}
fn inside() {
  use crate::answers::IntoAnswer;
//< imports core/src/answers.rs
  (1, 2).into_answer();
//       ^ calls IntoAnswer::into_answer by a method of the only trait in scope that has one of that name
  mod deep {
    use super::*;
  }
}
