// Rust: closures are given the elements of what iterators, options and results hold.
//: exact calls
//- Cargo.toml
[package]
name = "lib"
//- src/lib.rs
pub mod items;
use items::{Item, Store};
pub fn run(store: &Store, mut all: Vec<Item>, one: Option<Item>) {
    all.iter().map(|each| each.name()).count();
//                             ^ calls Item::name@src/items.rs by a member of the declared type of its receiver
    all.iter().enumerate().for_each(|(at, each)| each.touch(at));
//                                                    ^ calls Item::touch@src/items.rs by a member of the declared type of its receiver
    one.as_ref().is_some_and(|found| found.is_open());
//                                         ^ calls Item::is_open@src/items.rs by a member of the declared type of its receiver
    one.map_or(0, |found| found.size());
//                              ^ calls Item::size@src/items.rs by a member of the declared type of its receiver
    store.items().iter().filter(|each| each.is_open()).any(|each| each.is_open());
//                                          ^ calls Item::is_open@src/items.rs by a member of the declared type of its receiver
//        ^ calls Store::items@src/items.rs by a member of the declared type of its receiver
    all.iter().fold(0, |sum, each| sum + each.size());
//                                            ^ calls Item::size@src/items.rs by a member of the declared type of its receiver
    all.sort_by(|a, b| a.size().cmp(&b.size()));
//                       ^ calls Item::size@src/items.rs by a member of the declared type of its receiver
    all.retain(|Item { inner }| inner.is_open());
//                                    ^ calls Inner::is_open@src/items.rs by a member of the declared type of its receiver
    all.iter().map(|each| each.size()).map(|each| each.is_open());
//                             ^ calls Item::size@src/items.rs by a member of the declared type of its receiver
    all.iter().zip(store.items()).map(|each| each.is_open());
//                       ^ calls Store::items@src/items.rs by a member of the declared type of its receiver
    store.load().map_err(|each| each.is_open());
//        ^ calls Store::load@src/items.rs by a member of the declared type of its receiver
}
//- src/items.rs
pub struct Inner;
impl Inner {
    pub fn is_open(&self) -> bool { true }
}
pub struct Item { pub inner: Inner }
impl Item {
    pub fn name(&self) -> String { String::new() }
    pub fn touch(&self, at: usize) {}
    pub fn is_open(&self) -> bool { true }
    pub fn size(&self) -> usize { 0 }
}
pub struct Store;
impl Store {
    pub fn items(&self) -> Vec<Item> { vec![] }
    pub fn load(&self) -> Result<Item, u8> { Err(0) }
}
