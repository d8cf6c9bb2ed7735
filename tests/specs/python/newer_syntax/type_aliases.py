# `type X = Y` of Python 3.12 is a type alias, and a value of that type is one of what it stands for.
#: exact calls
#- m.py
class Stack:
    def push(self, x): pass
type Alias = Stack
#    ^ defines TypeAlias m.Alias
#            ^ references m.Stack
type Pair[T: Stack] = tuple[T, T]
#    ^ defines TypeAlias m.Pair
#            ^ references m.Stack
type Long[

    T,
] = Stack
#   ^ references m.Stack
type = 3
def f(a: Alias):
    a.push(1)
#     ^ calls m.Stack.push
class C:
    type Own = int; x = 1
#        ^ defines TypeAlias m.C.Own
#                   ^ defines Field m.C.x
    if x: type Other = Stack
#              ^ defines TypeAlias m.C.Other
