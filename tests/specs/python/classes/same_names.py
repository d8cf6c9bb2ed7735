# Of two classes with one name, the imported one is meant.
#- a.py
class S:
    def go(self): pass
#- b.py
class S:
    def go(self): pass
#- user.py
from b import S
def f(s: S):
    s.go()
#     ^ calls b.S.go by annotated class of its receiver
#     ^ !calls a.S.go
