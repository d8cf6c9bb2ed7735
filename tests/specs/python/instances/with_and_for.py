# Variables bound by with and for have no known class.
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
