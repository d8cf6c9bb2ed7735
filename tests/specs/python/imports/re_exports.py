# A name that a package imports can be imported from the package.
#- p/__init__.py
from .a import f
#- p/a.py
def f(): pass
#- p/b.py
from .a import *
#- user.py
from p import f
#    ^ imports p/__init__.py
f()
#< calls p.a.f
#- through_a_module.py
from p.b import f
#    ^ imports p/b.py
f()
#< calls p.a.f
#- through_an_attribute.py
import p
p.f()
# ^ calls p.a.f
