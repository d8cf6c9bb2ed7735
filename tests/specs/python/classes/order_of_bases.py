# Members are looked up in C3 order, in which a shared base comes last.
#- a.py
class A:
    def m(self): pass
    def n(self): pass
#- b.py
from a import A
class B(A):
#       ^ inherits a.A from b.B
    def m(self): pass
#       ^ overrides a.A.m by order of its base classes
class C(A):
    def m(self): pass
    def n(self): pass
#       ^ overrides a.A.n by order of its base classes
#- d.py
import b
class D(b.B, b.C):
#         ^ inherits b.B from d.D
#              ^ inherits b.C from d.D
    def m(self):
#       ^ overrides b.B.m by order of its base classes
#       ^ !overrides b.C.m
        super().m()
#               ^ calls b.B.m by member of a base class
        self.n()
#            ^ calls b.C.n by member of its own class
#            ^ !calls a.A.n
