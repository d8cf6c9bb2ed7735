# Circular imports and circular star imports are resolved as far as possible.
#- a.py
from b import B
class A(B):
    def f(self): self.g()
#                     ^ calls b.B.g by member of its own class
#- b.py
from a import A
class B(A):
    def g(self): self.f(); self.h()
#                     ^ calls a.A.f by member of its own class
#- c.py
from c import x
x()
#< !calls *
from d import *
y()
#< !calls *
#- d.py
from c import *
