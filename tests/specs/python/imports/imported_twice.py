# Of two successive imports of one name, the later counts.
#- a.py
def f(): pass
#- b.py
def f(): pass
#- user.py
from a import f
from b import f
f()
#< calls b.f
#< !calls a.f
