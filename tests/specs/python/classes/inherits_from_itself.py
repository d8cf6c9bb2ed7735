# A class whose base has its own name derives from what the name was before.
#: known-wrong: the name is taken for the class that is being defined, which so inherits from itself
#- a.py
class A:
    def go(self): pass
#- m.py
from a import A
class A(A):
#       ^ inherits a.A from m.A
#       ^ !inherits m.A
    def f(self): self.go()
#                     ^ calls a.A.go
