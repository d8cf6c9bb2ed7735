# Leading dots count packages upwards from the importing file.
#- pkg/__init__.py
#- pkg/a.py
def f(): pass
#- pkg/sub/__init__.py
#- pkg/sub/b.py
from ..a import f
#    ^ imports pkg/a.py
from .. import a
#    ^ imports pkg/a.py
from . import c
#    ^ imports pkg/sub/c.py
from .....x import y
#    ^ imports missing .....x
f(); a.f(); c.g()
#< calls pkg.a.f
#             ^ calls pkg.sub.c.g
#- pkg/sub/c.py
def g(): pass
