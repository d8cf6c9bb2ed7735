# An assignment after a global statement assigns a module variable.
#- m.py
class S:
    def go(self): pass
shared = None
def make():
    global shared
    shared = S()
def use():
    shared.go()
#          ^ !calls m.S.go from m.make
