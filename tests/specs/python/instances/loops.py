# A loop variable hides one that was made before.
#- m.py
class S:
    def go(self): pass
def f(all):
    s = S()
    for s in all:
        s.go()
#         ^ !calls *
