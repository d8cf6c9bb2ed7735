# Of two packages of one name, the nearer counts; equally near ones are ambiguous.
#- a/util/__init__.py
def f(): pass
#- b/util/__init__.py
def f(): pass
#- a/x.py
import util
#      ^ imports a/util/__init__.py
util.f()
#    ^ calls util.f
#- c/x.py
import util
#      ^ imports ambiguous a/util/__init__.py
#      ^ imports ambiguous b/util/__init__.py
util.f()
#    ^ !calls *
