# Of alternative imports that all lead into the repository, the first counts.
#- a.py
def f(): pass
#- z.py
def f(): pass
#- user.py
try:
    from z import f
except ImportError:
    from a import f
f()
#< calls z.f
#< !calls a.f
