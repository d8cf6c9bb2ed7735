// Types that comments declare (JSDoc): of parameters, results, variables and fields.
//- lib/shape.js
export class Shape {
  area() { return 1; }
}
export class Box {
  open() {}
}
//- lib/use.js
/** @typedef {import("./shape").Shape} Shape */
//< imports lib/shape.js
import { Box } from "./shape.js";
/**
 * @param {Shape} shape what to measure
 * @param {?Box} [box]
 * @param {Shape[]} all
 * @param {Shape|Box} either
 * @param {import("./shape.js").Box | null} other
 * @returns {Shape} the same
 */
export function measure(shape, box, all, either, other) {
  shape.area();
//      ^ calls lib/shape.Shape.area
  box.open();
//    ^ calls lib/shape.Box.open
  all[0].area();
//       ^ calls lib/shape.Shape.area
  all.forEach((each) => each.area());
//                           ^ calls lib/shape.Shape.area
  either.area();
//       ^ !calls *
  other.open();
//      ^ calls lib/shape.Box.open
  return globalThis.made;
}
measure().area();
//        ^ calls lib/shape.Shape.area
/** @type {Box} */
const held = globalThis.box;
held.open();
//   ^ calls lib/shape.Box.open
function local(x) {
  /** @type {Map<string, Box>} */
  const boxes = x;
  boxes.get("a").open();
//               ^ calls lib/shape.Box.open
  x.open();
//  ^ !calls *
}
class Holder {
  /** @type {Box} */
  box;
  constructor(x) {
    /** @type {Shape} */
    this.shape = x;
  }
  /** @param {Holder} other */
  run(other) {
    this.box.open();
//           ^ calls lib/shape.Box.open
    other.shape.area();
//              ^ calls lib/shape.Shape.area
  }
}
/* @param {Shape} x is no JSDoc */
const plain = (x) => x.area();
//                     ^ !calls *
/** @param {Shape} x */
const arrow = (x) => x.area();
//                     ^ calls lib/shape.Shape.area
//- lib/typed.ts
import { Shape } from "./shape";
/** @param {Shape} x */
function f(x) { x.area(); }
//                ^ !calls *
