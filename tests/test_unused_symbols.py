"""Functions whose name stands nowhere else: what the query finds, and what it must not."""

from __future__ import annotations

from pathlib import Path

import pytest

import kgraph

FILES = {
    "board.h": "static inline int init(void) { return on_error(); }\n",
    "family.c": "static int on_error(void) { return 0; }\n#include BOARD\n",
    "a.c": """\
static void dead(void) {}
static void called(void) {}
static void in_macro(void) {}
static void in_table(void) {}
static void by_name(void) {}
#define RUN() in_macro()
void (*const vectors[])(void) = { in_table };
void go(void) { called(); dlsym(0, "by_name"); }
static void __attribute__((constructor)) at_start(void) {}
""",
    "pasted.c": """\
static void handle_fill_attr(void) {}
static void fill_late(void) {}
static void plain(void) {}
#define ROW(name) { #name, handle_ ## name##_attr, name##_late }
struct row rows[] = { ROW(fill) };
""",
    "shared.c": "static void elsewhere(void) {}\n",
    "all.c": '#include "shared.c"\nvoid all(void) { elsewhere(); }\n',
    "api.h": "static inline int for_others(void) { return 1; }\n",
    "w.h": """\
class W {
  private slots:
    void onClick();
  private:
    void gone();
    void kept();
};
""",
    "w.cpp": '#include "w.h"\nvoid W::onClick() {}\nvoid W::gone() {}\nvoid W::kept() {}\nvoid f(W& w) { w.kept(); }\n',
    "panel.h": """\
#include <QWidget>
#include "w.h"
class QWidget;
class Base : public QWidget {};
class Panel : public Base {
    void mousePressEvent(int);
};
class Own : public W {
    void idle();
};
""",
    "panel.cpp": '#include "panel.h"\nvoid Panel::mousePressEvent(int) {}\nvoid Own::idle() {}\n',
    "A.java": """\
class A {
  private void unused() {}
  private static Object[] spans() { return null; }
  @ParameterizedTest @MethodSource void spans(int from) {}
  private void used() {}
  private void lookedUp(int n) {}
  private int toldOfOnly() { return 1; }
  @Inject private void injected() {}
  private void readObject(java.io.ObjectInputStream in) {}
  void go() { Runnable r = this::used; }
}
""",
    "test/ATest.java": """\
class ATest {
  // A comment tells of "toldOfOnly".
  void go() throws Exception { Class.forName("A").getDeclaredMethod("lookedUp", int.class).invoke(new A(), 1); }
}
""",
    "K.kt": """\
class K {
  private fun idle() {}
  private fun busy() {}
  private operator fun plus(other: K) = other
  fun go(other: K) { listOf(1).forEach { busy() } }
}
private fun lonely() {}
private fun String.spliced() = "$this"
""",
    "lib.rs": """\
#[inline]
fn silent() {}
#[test]
// runs by itself
fn checks() { spoken() }
#[no_mangle]
fn exported() {}
fn spoken() {}
quickcheck! {
    fn tried(haystack: Vec<u8>) -> bool { true }
}
""",
    "Wide.java": """\
package p;
class Wide {
  static int idleInPackage() { return 1; }
  static int usedInPackage() { return 1; }
  static int usedFromAnotherFile() { return 1; }
  @Provides Object provided() { return null; }
  native int inNative();
  protected void forSubclasses() {}
}
interface Shown { void forImplementers(); }
class Own implements Shown { public void forImplementers() { Wide.usedInPackage(); } }
@interface Marked { String rareElement() default ""; }
""",
    "Other.java": """\
package p;
class Other { int i = Wide.usedFromAnotherFile(); }
""",
    "Inside.kt": """\
package q
class Inside {
  internal fun idleInModule() = 1
  internal fun usedInModule() = 1
  @JvmName("x") internal fun named() = 1
  fun forAll() = usedInModule()
}
""",
    "Inside.cs": "class Inside { internal static void IdleInAssembly() {} internal virtual void Virtual() {} }\n",
    "Private.cs": """\
class Private {
  void IdleWithoutAWord() {}
  void BusyWithoutAWord() {}
  static Private() {}
  void System.IDisposable.Dispose() {}
  public void Go() { BusyWithoutAWord(); }
}
interface IPublicInside { void ForImplementers(); }
class Behaviour : FromElsewhere { void CalledByReflection() {} }
class Implementer : IFromElsewhere { void IdleInImplementer() {} }
""",
    "Listed.cs": """\
class Listed {
  void CheckListed0() {}
  void CheckListed1() {}
  void IdleBesideListed() {}
  void Go() { GetType().GetMethods().Where(m => Regex.IsMatch(m.Name, "^CheckListed\\\\d")); Kept("CheckedBy"); }
}
""",
    "hooks.rb": """class Copied
  private
  def initialize_copy(other); end
  def idle_in_ruby; end
end
""",
    "module.ts": """\
import { x } from './other'
function idleInFile() { return x }
function usedInFile() { return x }
export function forOthers() { return usedInFile() }
exports.hook = () => 1
declare function declared(): void
""",
    "names.php": """\
<?php
class Names {
  private function __clone() {}
  private function add_one() {}
  private function run_late() {}
  private function plain_one() {}
  function go($key) { $name = "add_{$key}"; $this->{$name}(); $other = $key . "_late"; $this->$other(); }
}
""",
    "module.js": """\
import { x } from './other'
function idleInModuleOfScript() { return x }
function busyInModuleOfScript() { return x }
export default function forAll() { return busyInModuleOfScript() }
exports.made = function madeForOthers() {}
module.exports = { installed() {}, held: function heldByOthers() {} }
""",
    "other.js": "export const x = 1\n",
    "plain.js": "function forAPage() {}\n",
    "own.py": """\
from other import Framework, decorator
def _idle(): ...
def _busy(): ...
def public(): _busy()
@decorator
def _registered(): ...
class Plain:
    def _idle_method(self): ...
    def _missing_(self): ...
    def __mangled(self): ...
    def __alone(self): ...
mangled = Plain()._Plain__mangled
class Framed(Framework):
    def _hook(self): ...
""",
    "marker.go": "package m\ntype Marker interface { mustEmbed() }\nfunc idleInGo() {}\n",
    "fixture.cc": "class T : public testing::Test { static void SetUpTestSuite() {} };\n",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kgraph.KGraph:
    root = tmp_path_factory.mktemp("unused")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return kgraph.build(root)


def unused(graph: kgraph.KGraph) -> list[str]:
    return sorted(row[0].value for row in graph.query("unused-symbols"))


def test_a_function_is_unused_where_its_name_stands_nowhere_else(graph: kgraph.KGraph) -> None:
    assert unused(graph) == sorted(
        [
            *(
                "A.unused",
                "A.toldOfOnly",
                "K.idle",
                "Own::idle",
                "W::gone",
                "dead",
                "lonely",
                "plain",
                "silent",
                "spliced",
            ),
            *("p.Wide.idleInPackage", "q.Inside.idleInModule", "Inside.IdleInAssembly", "module.idleInFile"),
            *("m.idleInGo", "Names::plain_one", "module.idleInModuleOfScript", "own._idle", "own.Plain._idle_method"),
            *("own.Plain.__alone", "Private.IdleWithoutAWord", "Implementer.IdleInImplementer", "Copied::idle_in_ruby"),
            "Listed.IdleBesideListed",
        ]
    )


def test_without_related_files_nothing_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("static void dead(void) {}\n")
    graph = kgraph.build(tmp_path, related=False)
    assert unused(graph) == []
    assert "build it without --no-related" in " ".join(graph.query("unused-symbols").notes)
