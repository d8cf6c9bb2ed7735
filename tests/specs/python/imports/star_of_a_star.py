# A star import brings the names that the module itself star-imports.
#- a.py
def f(): pass
#- b.py
from a import *
#- user.py
from b import *
f()
#< calls a.f
