# A variable has its annotated class, also as a string, as Optional and as a union with None.
#- m.py
from typing import Optional
class S:
    def go(self): pass
def one(s: S):
    s.go()
#     ^ calls m.S.go by annotated class of its receiver
def two(s: "S"):
    s.go()
#     ^ calls m.S.go by annotated class of its receiver
def three(s: Optional[S]):
    s.go()
#     ^ calls m.S.go by annotated class of its receiver
def four(s: S | None):
    s.go()
#     ^ calls m.S.go by annotated class of its receiver
def five(x):
    s: S = x
    s.go()
#     ^ calls m.S.go by annotated class of its receiver
def six(s: list[S]):
    s.go()
#     ^ !calls *
