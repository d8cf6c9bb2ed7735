# A loop variable hides an earlier variable of the same name.
#- m.py
class S:
    def go(self): pass
def f(all):
    s = S()
    for s in all:
        s.go()
#         ^ !calls *
