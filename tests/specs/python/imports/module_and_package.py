# A package is preferred to a module of the same name.
#: known-wrong: the module is preferred
#- a/__init__.py
def f(): pass
#- a.py
def g(): pass
#- user.py
import a
#      ^ imports a/__init__.py
a.f()
# ^ calls a.f
