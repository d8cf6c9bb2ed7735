# Of a package and a module of one name, Python takes the package.
#: known-wrong: the module is taken
#- a/__init__.py
def f(): pass
#- a.py
def g(): pass
#- user.py
import a
#      ^ imports a/__init__.py
a.f()
# ^ calls a.f
