# A definition of the module is preferred to a star import.
#- a.py
def f(): pass
#- user.py
from a import *
def f(): pass
f()
#< calls user.f
#< !calls a.f
