import x from "./y.js";
export class A {
  f = 1;
  m() {}
}
function g(a) { var no; }
const h = () => 1, i = 2;
