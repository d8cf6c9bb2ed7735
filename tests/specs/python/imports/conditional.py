# Imports under TYPE_CHECKING count.
#- a.py
class A:
    def go(self): pass
#- user.py
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from a import A
#        ^ imports a.py
def f(x: "A"):
    x.go()
#     ^ calls a.A.go by annotated class of its receiver
