# A function defined after an import of the same name replaces it.
#- a.py
def f(): pass
#- user.py
from a import f
def f(): pass
f()
#< calls user.f
#< !calls a.f
