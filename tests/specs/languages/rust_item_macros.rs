// Rust: items among the arguments of macros are those of the module that the macro stands in.
//- Cargo.toml
[package]
name = "core"
//- src/lib.rs
macro_rules! cfg_rt { ($($item:item)*) => { $(#[cfg(feature = "rt")] $item)* } }
cfg_rt! {
//^ calls cfg_rt from src/lib.rs
  mod handle;
  pub use handle::Handle;
  cfg_rt! { mod deep { pub fn inside() {} } }
}
mod user;
cfg_if::cfg_if! {
  if #[cfg(unix)] {
    mod unix;
    use unix::Os;
  } else if #[cfg(windows)] {
    fn other_system() { let brace = "}"; }
  } else {
    fn no_system() { other_system() }
//                   ^ calls core::other_system
  }
}
lazy_static! {
  static ref ALL: Handle = Handle::current();
//                                 ^ calls core::handle::Handle::current from core::ALL
}
fn template() -> Tokens {
  quote! { fn made() { crate::user::user(); } }
//                                  ^ !calls *
}
//- src/unix.rs
pub struct Os;
//- src/handle.rs
pub struct Handle;
impl Handle {
  cfg_rt! {
    pub fn current() -> Self { Handle }
  }
}
//- src/user.rs
pub fn user() {
  crate::runs();
  crate::Handle::current();
//               ^ calls core::handle::Handle::current
  crate::deep::inside();
//             ^ calls core::deep::inside
  select! {
    one => crate::deep::inside(),
//                      ^ calls core::deep::inside
  }
}
