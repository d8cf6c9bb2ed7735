# A variable that is made in two branches, of two classes, has no class for sure.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
def f(x):
    if x:
        s = S()
    else:
        s = T()
    s.go()
#     ^ !calls *
