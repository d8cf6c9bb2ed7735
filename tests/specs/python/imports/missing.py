# A module is missing if the repository has its package, and external otherwise.
#- pkg/__init__.py
#- pkg/_C/__init__.pyi.in
#- pkg/stub.pyi
def f() -> int: ...
#- pkg/a.py
import pkg.gone
#      ^ imports missing pkg.gone
import pkg._C
#      ^ imports generated pkg/_C/__init__.pyi.in
import pkg.stub
#      ^ imports pkg/stub.pyi
import numpy
#      ^ imports external numpy
