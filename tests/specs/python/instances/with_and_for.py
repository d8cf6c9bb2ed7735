# What a with or a for binds has no class for sure.
#- m.py
class S:
    def go(self): pass
    def __enter__(self): return 1
def f(all):
    with S() as s:
        s.go()
#         ^ !calls *
    for s in all:
        s.go()
#         ^ !calls *
