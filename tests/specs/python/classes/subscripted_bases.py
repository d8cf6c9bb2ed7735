# A base with type arguments is the class itself.
#- m.py
from typing import Generic, TypeVar
T = TypeVar("T")
class A(Generic[T]):
    def go(self): pass
class B(A[int]):
#       ^ inherits m.A from m.B
    def f(self): self.go()
#                     ^ calls m.A.go by member of its own class
