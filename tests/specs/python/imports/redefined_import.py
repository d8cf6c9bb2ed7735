# A function of the file that has the name of an import, defined later, is what is called.
#- a.py
def f(): pass
#- user.py
from a import f
def f(): pass
f()
#< calls user.f
#< !calls a.f
