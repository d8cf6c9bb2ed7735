# A variable that is assigned something unknown later has no class for sure.
#- m.py
class S:
    def go(self): pass
def five(x):
    s = S()
    s = x
    s.go()
#     ^ !calls *
