# A variable assigned instances of two classes has no known class.
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
