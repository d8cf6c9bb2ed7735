# A function is found through every form of import.
#- p/__init__.py
from .a import f
#    ^ imports p/a.py
#- p/a.py
def f(): pass
#- p/b.py
from .a import *
#    ^ imports p/a.py
__all__ = ['f']
#- from_module.py
from p.a import f
#    ^ imports p/a.py
f()
#< calls p.a.f
#- renamed.py
from p.a import f as g
g()
#< calls p.a.f
#- module.py
import p.a
#      ^ imports p/a.py
p.a.f()
#   ^ calls p.a.f
#- module_renamed.py
import p.a as q
q.f()
# ^ calls p.a.f
#- submodule.py
from p import a
#    ^ imports p/a.py
a.f()
# ^ calls p.a.f
#- star.py
from p import *
#    ^ imports p/__init__.py
f()
#< calls p.a.f
