# An import after a function of the same name replaces it.
#- a.py
def f(): pass
#- user.py
def f(): pass
from a import f
f()
#< calls a.f
