"""Definitions that lead back to themselves: no build ends at one, in any language that is resolved."""

from __future__ import annotations

from pathlib import Path

import pytest

import kgraph

CIRCLES = {
    "a.ts": """\
const a = b; const b = a;
a(); a.x; new a(); a[0]; a.x.y().z;
let c = c; c.x; c();
class K { get me() { return this.me; } f = this.f; }
new K().me.x; new K().f.y();
""",
    "a.kt": """\
package p
class D(val d: Int) { val x get() = x; val y get() = z; val z get() = y; fun g() = g() }
val t get() = t
val Int.ext get() = ext
fun f(d: D) { d.x.foo(); d.y.foo(); d.z.bar; d.g().h(); t.foo(); t.bar; 3.ext.foo() }
typealias A = B
typealias B = A
fun h(a: A) { a.foo(); A(1) }
""",
    "A.java": """\
class A {
  A a = a; Object b = c; Object c = b;
  A g() { return g(); }
  void f() { a.b.c.b.foo(); b.foo(); b(); new b(); var d = d; d.foo(); }
}
""",
    "a.go": """\
package p
var a = b
var b = a
type T U
type U T
func f(t T) { a(); a.x(); b[0].y(); t.z(); T(1).w() }
func g() { return g() }
""",
    "a.rs": """\
type A = B; type B = A;
mod m { pub use super::n::*; } mod n { pub use super::m::*; }
const C: D = D; const D: C = C;
fn f(a: A) { a.foo(); A::bar(); m::baz(); n::Qux::new(); C.x(); D(); a.0.y(); }
""",
    "a.cs": """\
class A {
  A a = a; object b = c; object c = b; A P => P; A Q => R; A R => Q;
  void f() { a.b.c(); P.x(); Q.y(); R[0].z(); var d = d; d.foo(); b(); }
}
""",
    "a.php": """\
<?php
class A {
  private $a;
  function f() { $this->a = $this->a; $b = $c; $c = $b; $b->foo(); $b(); return $this->f()->g(); }
}
class_alias('A', 'B'); class_alias('B', 'A');
""",
    "a.swift": """\
class A { var x: X { x }; var y = z; var z = y; func f() -> A { f().g(); x.foo(); y.foo(); z(); y[0].bar() } }
typealias T = U
typealias U = T
func g(t: T) { t.foo(); T() }
""",
    "a.py": """\
a = b
b = a
a(); a.x(); b[0].y()
class K:
    @property
    def me(self): return self.me
    x = y
    y = x
K().me.foo(); K().x(); K.y.bar()
""",
    "a.cpp": """\
typedef B A; typedef A B;
struct S : S { using S::S; S* operator->(); auto me() { return me(); } };
namespace n = m; namespace m = n;
using namespace n;
void f(A a, S s) { a.foo(); s->bar(); s.me().x(); n::g(); B::h(); }
#define F G
#define G F
int x = F(1);
""",
}


@pytest.mark.parametrize("name", CIRCLES)
def test_a_circle_ends(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CIRCLES[name])
    graph = kgraph.build(tmp_path, related=False)
    files = graph.frame("files")
    assert sorted(*files.filter(files["path"] == name)["analysed"]) == ["declarations", "imports", "uses"]
    assert graph.frame("symbols").height >= 2
