# Of alternative imports, the one that leads into the repository counts, whichever branch has it.
#- b.py
def f(): pass
#- user.py
try:
    from absent import f
#        ^ imports external absent
except ImportError:
    from b import f
#        ^ imports b.py
f()
#< calls b.f
#- other.py
try:
    from b import f
except ImportError:
    from absent import f
f()
#< calls b.f
