# A module variable has the class that it is assigned an instance of, in other modules, too.
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
