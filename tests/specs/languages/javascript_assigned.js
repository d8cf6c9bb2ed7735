// JavaScript: variables that are declared first and set later, and what a module of CommonJS is to itself.
//: exact calls references
//- suite.js
class Suite {
  add(test) {}
}
class Other {
  add(test) {}
}
module.exports = { Suite, Other };
//                        ^ references Other@suite.js
//                 ^ references Suite@suite.js
//- utils.cjs
exports.clean = function (text) {
  return text;
};
exports.twice = text => exports.clean(exports.clean(text));
//                              ^ calls clean@utils.cjs
//- test.js
const { Suite, Other } = require("./suite");
let top;
let either;
var none = null;
describe("a", function () {
  let suite, other, mixed, later;
  beforeEach(function () {
    suite = new Suite();
//              ^ calls Suite@suite.js
    top = new Suite();
//            ^ calls Suite@suite.js
//  ^ references top@test.js
    none = new Suite();
//             ^ calls Suite@suite.js
//  ^ references none@test.js
    either = new Suite();
//               ^ calls Suite@suite.js
//  ^ references either@test.js
    mixed = new Suite();
//              ^ calls Suite@suite.js
    ({ later } = load());
    other = undefined;
    other = new Other();
//              ^ calls Other@suite.js
  });
  it("b", function () {
    suite.add(1);
//        ^ calls Suite.add@suite.js by a member of the declared type of its receiver
    other.add(1);
//        ^ calls Other.add@suite.js by a member of the declared type of its receiver
    top.add(1);
//      ^ calls Suite.add@suite.js by a member of the declared type of its receiver
//  ^ references top@test.js
    none.add(1);
//       ^ calls Suite.add@suite.js by a member of the declared type of its receiver
//  ^ references none@test.js
    either.add(1);
//  ^ references either@test.js
    mixed.add(1);
    later.add(1);
    either = new Other();
//               ^ calls Other@suite.js
//  ^ references either@test.js
    mixed ||= new Other();
//                ^ calls Other@suite.js
    later = new Suite();
//              ^ calls Suite@suite.js
    let suite2 = suite;
    suite2.add(2);
//         ^ calls Suite.add@suite.js by a member of the declared type of its receiver
  });
  it("c", function () {
    const suite = load();
    suite.add(1);
  });
});
