# `__all__` is what all of its assignments say together.
#- a.py
def f(): pass
def _g(): pass
def h(): pass
__all__ = ["f"]
__all__ += ["_g"]
#- b.py
from a import *
f()
#< calls a.f
_g()
#< calls a._g
h()
#< !calls *
