# Narrowing by isinstance is not followed.
#- m.py
class S:
    def go(self): pass
def f(x):
    if isinstance(x, S):
        x.go()
#         ^ !calls *
