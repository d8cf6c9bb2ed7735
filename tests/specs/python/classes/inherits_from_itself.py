# A class whose base has its own name inherits the earlier class of that name.
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
