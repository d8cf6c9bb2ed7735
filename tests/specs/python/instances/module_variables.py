# A variable of a module has the class of what it is assigned, in other files too.
#- a.py
class S:
    def go(self): pass
shared = S()
#        ^ calls a.S
#- b.py
import a
from a import shared
def f():
    a.shared.go()
#            ^ calls a.S.go
    shared.go()
#          ^ calls a.S.go
