// Rust: what an `if`, a `match` or a block gives is what all its branches end in, but for those that leave.
//- Cargo.toml
[package]
name = "core"
//- src/lib.rs
struct Canvas;
impl Canvas {
  fn new() -> Self { Canvas }
  fn draw(&self) {}
}
struct Other;
impl Other {
  fn new() -> Self { Other }
  fn draw(&self) {}
}
fn by_match(c: char) {
  let canvas = match c {
    'a' => {
      let mut inner = Canvas::new();
      inner.draw();
//          ^ calls core::Canvas::draw
      inner
    },
    'b' => return,
    'c' => unreachable!(),
    _ => Canvas::new(),
  };
  canvas.draw();
//       ^ calls core::Canvas::draw
}
fn by_if(c: bool) {
  let canvas = if c { Canvas::new() } else if true { unsafe { Canvas::new() } } else { panic!("none") };
  canvas.draw();
//       ^ calls core::Canvas::draw
  let either = if c { Canvas::new() } else { Other::new() };
  either.draw();
//       ^ !calls *
  let bound = match either { canvas => canvas };
  bound.draw();
//      ^ !calls *
  let nothing = if c { Canvas::new(); } else { Canvas::new(); };
  nothing.draw();
//        ^ !calls *
  error!(target: "log", "{}", Canvas::new());
//                                    ^ calls core::Canvas::new
}
