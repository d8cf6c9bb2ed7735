# A module of the standard library is preferred to a file of that name inside a package.
#- pkg/__init__.py
#- pkg/types.py
def f(): pass
#- pkg/a.py
import types
#      ^ imports external types
#      ^ !imports pkg/types.py
import os.path
#      ^ imports external os.path
