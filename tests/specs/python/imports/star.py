# A star imports what a module exports: what `__all__` lists, or else all names without an underscore in front.
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
