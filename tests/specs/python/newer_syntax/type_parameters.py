# Type parameters of Python 3.12 and 3.13, with bounds and defaults, hide names of the module in heads and bodies.
#: exact calls
#- m.py
class T:
#     ^ defines Class m.T
    def go(self): pass
class Bound:
    def go(self): pass
class Stack[T: "Bound", *Ts, **P](list[T]):
#     ^ defines Class m.Stack
    class Inner:
        def go(self): pass
    def push[U](self, inner: Inner, value: T) -> "Stack[T]":
#       ^ defines Method m.Stack.push
#                            ^ references m.Stack.Inner
        inner.go()
#             ^ calls m.Stack.Inner.go
        value.go()
        return self.top(value)
#                   ^ calls m.Stack.top
    def top(self, value): pass
def first[T: Bound = Bound](x: T, s: Stack[T]) -> Stack[T]:
#   ^ defines Function m.first
#            ^ references m.Bound
    x.go()
    s.push(s, x)
#     ^ calls m.Stack.push
    return s
async def later[
    T,
    # A comment, with a comma
    U = dict[str, int],  # and more
](x: T, y: U) -> T:
    first(x, y).top(x)
#   ^ calls m.first
#               ^ calls m.Stack.top
def plain(x: T):
    x.go()
#     ^ calls m.T.go
