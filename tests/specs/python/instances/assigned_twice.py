# A variable that is also assigned an unknown value has no known class.
#- m.py
class S:
    def go(self): pass
def five(x):
    s = S()
    s = x
    s.go()
#     ^ !calls *
