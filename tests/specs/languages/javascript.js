// JavaScript: classes, members, functions and top-level variables are symbols.
//: exact defines imports
//- thing.js
import x from "./y.js";
//< imports y.js
export class A {
//           ^ defines Class A@thing.js
  f = 1;
//^ defines Field A.f@thing.js
  m() {}
//^ defines Method A.m@thing.js
}
function g(a) { var no; }
//       ^ defines Function g@thing.js
const h = () => 1, i = 2;
//    ^ defines Function h@thing.js
//                 ^ defines Variable i@thing.js
//- y.js
