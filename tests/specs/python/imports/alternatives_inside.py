# Of several imports of one name that lead into the repository, the first counts.
#: known-wrong: the later counts, though it stands in for the first
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
