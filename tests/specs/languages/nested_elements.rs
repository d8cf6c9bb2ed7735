// Elements of elements: what a collection holds that is inside of a promise, an option, or another collection.
//: text only: no compiler is at hand
//- Cargo.toml
[package]
name = "rs"
//- src/lib.rs
pub struct Bolt;
impl Bolt { pub fn turn(&self) {} }
pub struct Box1;
impl Box1 {
    pub fn load(&self) -> Result<Vec<Bolt>, String> { todo!() }
    pub fn maybe(&self) -> Option<Vec<Vec<Bolt>>> { todo!() }
}
pub fn all(of: Box1) {
    let found = of.load().unwrap();
    found[0].turn();
//           ^ calls rs::Bolt::turn
    found.iter().for_each(|each| each.turn());
//                                    ^ calls rs::Bolt::turn
    for each in of.load().unwrap() { each.turn(); }
//                                        ^ calls rs::Bolt::turn
    of.maybe().unwrap()[0][0].turn();
//                            ^ calls rs::Bolt::turn
    of.load().turn();
}
//- java/A.java
package a;
import java.util.*;
class Nut { void turn() {} }
class Shelf {
  Map<String, List<Nut>> byName;
  Optional<List<Nut>> find() { return null; }
}
class Use {
  void all(Shelf shelf) {
    shelf.find().get().get(0).turn();
//                            ^ calls Nut.turn()
    for (Nut each : shelf.byName.get("a")) each.turn();
//                                              ^ calls Nut.turn()
    shelf.byName.get("a").forEach(each -> each.turn());
//                                             ^ calls Nut.turn()
    shelf.find().turn();
  }
}
//- cs/A.cs
using System.Collections.Generic;
using System.Threading.Tasks;
namespace C;
class Nut { public void Turn() {} }
class Shelf {
  public Task<List<Nut>> Load() => null;
}
class Use {
  async Task All(Shelf shelf) {
    var nuts = await shelf.Load();
    nuts[0].Turn();
//          ^ calls C.Nut.Turn()
    foreach (var each in await shelf.Load()) each.Turn();
//                                                ^ calls C.Nut.Turn()
    (await shelf.Load()).ForEach(each => each.Turn());
//                                            ^ calls C.Nut.Turn()
  }
}
//- ts/a.ts
export class Nut { turn() {} }
export class Shelf {
  byName: Map<string, Nut[]> = new Map()
  async load(): Promise<Nut[]> { return [] }
}
//- ts/b.ts
import { Shelf } from './a'
//< imports ts/a.ts
async function all(shelf: Shelf) {
  const nuts = await shelf.load()
  nuts[0].turn()
//        ^ calls ts/a.Nut.turn
  nuts.forEach(each => each.turn())
//                          ^ calls ts/a.Nut.turn
  for (const each of await shelf.load()) each.turn()
//                                            ^ calls ts/a.Nut.turn
}
