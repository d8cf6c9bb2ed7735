# A star import brings the names in __all__, or else all names without a leading underscore.
#: exact calls
#- a.py
__all__ = ['f']
def f(): pass
def g(): pass
#- b.py
def _h(): pass
def i(): pass
#- user.py
from a import *
from b import *
f()
#< calls a.f
g()
_h()
i()
#< calls b.i
