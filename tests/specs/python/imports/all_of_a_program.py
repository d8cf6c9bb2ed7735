# Where a program makes `__all__`, a star import brings all names without a leading underscore.
#- a.py
import b
__all__ = ["f"]
def f(): pass
def g(): pass
def _h(): pass
def extend(module):
    for each in module.__all__:
        __all__.append(each)
extend(b)
from b import *
#- b.py
__all__ = [*filter(None, ["i"])]
def i(): pass
#- user.py
from a import *
f()
#< calls a.f
g()
#< calls a.g
i()
#< calls b.i
_h()
#< !calls *
