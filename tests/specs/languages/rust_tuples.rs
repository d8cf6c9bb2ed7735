// Rust: what functions give as tuples, and what they hand to closures, as the bounds of their parameters say.
//: exact calls
//- Cargo.toml
[package]
name = "lib"
//- src/lib.rs
pub mod other;
pub struct Sender;
pub struct Receiver;
pub struct Pair(Sender, Receiver);
pub struct Scope;
impl Sender { pub fn send(&self) {} }
impl Receiver { pub fn recv(&self) {} }
impl Scope {
    pub fn spawn<F: FnOnce(&Scope)>(&self, f: F) {}
}
pub fn channel() -> (Sender, Receiver) { (Sender, Receiver) }
pub fn scope<F, R>(depth: u8, f: F) -> R where F: FnOnce(&Scope, Sender) -> R { f(&Scope, Sender) }
pub fn each(f: &mut dyn FnMut(&Receiver), g: impl Fn(Sender)) {}
//- src/other.rs
use crate::{channel, each, scope, Pair};
use std::collections::HashMap;
fn recv() {}
fn tuples(map: HashMap<u8, Pair>) {
    let (s, r) = channel();
//               ^ calls channel
    s.send();
//    ^ calls Sender::send by a member of the declared type of its receiver
    r.recv();
//    ^ calls Receiver::recv by a member of the declared type of its receiver
    channel().1.recv();
//              ^ calls Receiver::recv by a member of the declared type of its receiver
//  ^ calls channel
    let (one, ..) = channel();
//                  ^ calls channel
    one.send();
//      ^ calls Sender::send by a member of the declared type of its receiver
    for (key, value) in map { key.send(); value.recv(); }
    select! { recv(r) -> message => s.send() }
//                                    ^ calls Sender::send by a member of the declared type of its receiver
}
fn closures() {
    scope(1, |scope, sender| { scope.spawn(|inner| inner.spawn(|_| ())); sender.send() });
//  ^ calls scope
//                                   ^ calls Scope::spawn by a member of the declared type of its receiver
//                                                       ^ calls Scope::spawn by a member of the declared type of its receiver
//                                                                              ^ calls Sender::send by a member of the declared type of its receiver
    each(&mut |one| one.recv(), |other| other.send());
//  ^ calls each
//                                            ^ calls Sender::send by a member of the declared type of its receiver
}
