// TypeScript: calls follow scopes, imports, re-exports, declared types, bases and `this`.
//- src/node.ts
export class Node {
  visit(): void {}
  next?: Node;
  static root = new Node();
}
export default function walk(node: Node) { node.visit(); }
//                                              ^ calls src/node.Node.visit by a member of the declared type of its receiver
//- src/shapes.ts
export interface Shape {
  area(): number;
}
export abstract class Base implements Shape {
//                                    ^ inherits Shape
  area() { return 0; }
//^ overrides Shape.area by the name and parameters of a method of a base type
  close(): this { return this; }
}
//- src/index.ts
export * from "./node";
//< imports src/node.ts
export { Base as Root, type Shape } from "./shapes.js";
//< imports src/shapes.ts
export { default as walkAll } from "./node";
//< imports src/node.ts
//- src/stack.ts
import { Node, Root as Above, walkAll } from ".";
//< imports src/index.ts
import * as shapes from "./shapes";
//< imports src/shapes.ts
import type { Shape } from "./index";
//< imports src/index.ts
import { readFile } from "node:fs";
//< imports external node:fs
import { gone } from "./gone";
//< imports missing ./gone
export class Stack<T extends Node = Node> extends Above {
//                                                ^ inherits Base
  #items: T[] = [];
  private last = new Map<string, Node>();
  constructor(private readonly owner: Node, count = 1) {
    super();
    walkAll(owner);
//  ^ calls walk from Stack.constructor
  }
  push(item: T, { next }: Node, shape?: Shape | null): this {
    item.visit();
//       ^ calls Node.visit
    this.owner.visit();
//             ^ calls Node.visit
    next!.visit();
//        ^ calls Node.visit
    shape?.area();
//         ^ calls Shape.area
    this.last.get("a")?.visit();
//                      ^ calls Node.visit
    this.#items.filter(Boolean).forEach((each) => each.visit());
//                                                     ^ calls Node.visit
    for (const each of this.#items) each.visit();
//                                       ^ calls Node.visit
    this.close().area();
//       ^ calls Base.close by a member of a base of its receiver's type
//               ^ calls Base.area
    unknown.visit();
//          ^ !calls *
    visit();
//  ^ !calls *
    return this;
  }
  static of() { return new Stack(Node.root); }
//                         ^ calls Stack.constructor
  async load(): Promise<Node> {
    const { walkAll } = await import("./stack");
    walkAll();
//  ^ !calls *
    return Node.root;
  }
}
async function main(overloaded: string): Promise<void>;
async function main(overloaded: number): Promise<void>;
async function main(overloaded: any) {
  const stack = Stack.of();
//                    ^ calls Stack.of
  stack.push(Node.root, Node.root).close();
//      ^ calls Stack.push
//                                 ^ calls Base.close
  (await stack.load()).visit();
//             ^ calls Stack.load
//                     ^ calls Node.visit
  const inner = (n: number) => main(n);
//                             ^ calls main from main.inner
  inner(1);
//^ calls main.inner
  (overloaded as shapes.Base).area();
//                            ^ calls Base.area
}
const api = { get() { return this.put(); }, put: () => new Node(), walkAll };
//                                ^ calls api.put from api.get
api.put().visit();
//  ^ calls api.put
//        ^ calls Node.visit
api.walkAll(Node.root);
//  ^ calls walk by the function that a variable holds
const held: number = api.size;
use(held);
//  ^ references held
namespace Outer {
  export function one() {}
  export function two() { one(); }
//                        ^ calls Outer.one
}
Outer.two();
//    ^ calls Outer.two
function make() {
  function inside() {}
  return { inside, other: () => 1 };
}
const { inside, other } = make();
inside();
//^ calls make.inside
other();
//^ calls make.other
const another = make;
another();
//^ calls make
//^ references another
declare const fast: boolean;
const either = (fast ? walkAll : make) as typeof make;
function chosen() {
  either();
//^ references either
//^ calls walk by one of several functions that a variable may hold
//^ calls make by one of several functions that a variable may hold
}
const typed = hidden as typeof make;
typed();
//^ references typed
//^ !calls *
const same: typeof make = make;
const cast = make as typeof make;
function calling() {
  same();
//^ calls make by the function that a variable holds
  cast();
//^ references cast
}
