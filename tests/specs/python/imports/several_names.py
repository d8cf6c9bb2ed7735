# An import of several names means each submodule among them, and the package for the others.
#- pkg/__init__.py
#- pkg/a.py
from pkg.sub import b, name
#    ^ imports pkg/sub/b.py
#    ^ imports pkg/sub/__init__.py
from pkg.sub import b
#    ^ imports pkg/sub/b.py
import pkg.sub.b
#      ^ imports pkg/sub/b.py
from pkg import *
#    ^ imports pkg/__init__.py
#- pkg/sub/__init__.py
name = 1
#- pkg/sub/b.py
from . import b
#    ^ imports pkg/sub/b.py
