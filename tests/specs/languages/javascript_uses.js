// JavaScript: CommonJS exports, methods of prototypes, fields that are assigned, and JSX.
//- lib/view.js
module.exports = View;
function View(name) {
  this.name = name;
//     ^ defines Field View.name@lib/view.js
  this.lookup();
//     ^ calls View.lookup
}
View.prototype.lookup = function lookup() {
//                      ^ defines Method View.lookup@lib/view.js
  return this.render();
//            ^ calls View.render
};
View.prototype.render = () => 1;
//- lib/app.js
var app = exports = module.exports = {};
app.use = function use(fn) { return this.set(fn); };
//                                       ^ calls app.set
app.set = function (x) { return x; };
exports.helper = function () {};
//- lib/tools.js
const { lookup } = require("./view");
//< imports lib/view.js
function first() {}
module.exports = { first, second() { first(); }, third: function () {} };
//                                   ^ calls first from second
//- lib/main.js
const View = require("./view"), app = require("./app");
//< imports lib/view.js
//< imports lib/app.js
const { first, second: renamed } = require("./tools.js");
//< imports lib/tools.js
const view = new View("a");
//               ^ calls View
view.lookup();
//   ^ calls View.lookup
app.use(first);
//  ^ calls app.use
//      ^ references first
app.helper();
//  ^ calls helper
renamed();
//^ calls second
require("./tools").third();
//< imports lib/tools.js
//                 ^ calls third
class Store {
  constructor() { this.view = new View("b"); }
  find() { return this.view.lookup(); }
//                          ^ calls View.lookup
}
//- ui/button.jsx
import React from "react";
//< imports external react
export const Button = ({ label }) => <b>{label}</b>;
export default class Panel extends React.Component {
  render() { return <Button label="x" />; }
//                   ^ calls Button from Panel.render
}
//- ui/page.jsx
import Panel, { Button as Push } from "./button";
//< imports ui/button.jsx
export const page = () => <Panel><Push /></Panel>;
//                         ^ calls Panel
//                                ^ calls Button
//- test/page.spec.js
import { page } from "../ui/page";
//< imports ui/page.jsx
describe("page", () => {
  function setup() { return page(); }
//                          ^ calls page from <anonymous>.setup
  setup();
//^ calls <anonymous>.setup
});
//- index.js
module.exports = require("./lib/view");
//< imports lib/view.js
//- lib/indirect.js
const Indirect = require("..");
//< imports index.js
new Indirect("a").lookup();
//                ^ calls View.lookup
//  ^ calls View
