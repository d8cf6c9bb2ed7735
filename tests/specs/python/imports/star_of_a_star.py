# A star imports what the module itself has by a star.
#- a.py
def f(): pass
#- b.py
from a import *
#- user.py
from b import *
f()
#< calls a.f
