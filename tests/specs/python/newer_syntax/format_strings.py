# What stands in an f-string is read, whatever quotes, comments and line ends are in it (Python 3.12).
#: exact calls
#- m.py
class Stack:
    def push(self, x): pass
    def __repr__(self): return ""
def f(x): pass
def g(s: Stack):
    a = f"{f("a")} é {s.push("x"):>{f(2)}}" "more" f'{s.push({"b": 1}["b"])!s}'
#          ^ calls m.f
#                       ^ calls m.Stack.push
    b = "é" f"""{{no}} {
        f(3)  # a comment
#       ^ calls m.f
    } {"\n".join([])}"""
    c = f"{f"{f"{f("x")}"}"}"
#                ^ calls m.f
    d = f"{s!r} {"'"}"
#          ^ calls m.Stack.__repr__
    return a.push, b.push
#- n.py
from m import f
def h():
    return (
        f"one {f("x")}\
#              ^ calls m.f
 {f("y")}"
#   ^ calls m.f
        # between
        f"two {f("z")}"
#              ^ calls m.f
    )
