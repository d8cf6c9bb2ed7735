# A renamed submodule is followed, absolute and relative.
#- p/__init__.py
#- p/a/__init__.py
#- p/a/b.py
def f(): pass
#- p/user.py
import p.a.b as one
#      ^ imports p/a/b.py
from .a import b as two
#    ^ imports p/a/b.py
one.f()
#   ^ calls p.a.b.f
two.f()
#   ^ calls p.a.b.f
