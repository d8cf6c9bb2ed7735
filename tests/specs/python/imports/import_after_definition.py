# An import behind a function of its name is what is called.
#: known-wrong: a definition of the file always comes before its imports
#- a.py
def f(): pass
#- user.py
def f(): pass
from a import f
f()
#< calls a.f
