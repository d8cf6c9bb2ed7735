# An import after a function of the same name replaces it.
#: known-wrong: definitions are always preferred to imports
#- a.py
def f(): pass
#- user.py
def f(): pass
from a import f
f()
#< calls a.f
