// JavaScript: scripts of a page, which neither import nor export, share what they declare at their top level.
//- web/base.js
class Chart {
  draw() {}
}
function load(chart) {}
var twice = 1
//- web/more/page.js
class LineChart extends Chart {
//                      ^ inherits web/base.Chart
  draw() { super.draw() }
//               ^ calls web/base.Chart.draw
}
load(new LineChart())
// ^ calls web/base.load
twice.x()
// ^ !references *
//- web/other.js
var twice = 2
function show() { alone() }
//                ^ !calls *
//- elsewhere/third.js
function alone() {}
//- web/module.js
import { x } from './lib'
load(x)
// ^ !calls *
//- web/lib.js
export const x = 1
