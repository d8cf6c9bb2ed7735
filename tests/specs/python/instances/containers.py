# An element of a list has no known class.
#- m.py
class S:
    def go(self): pass
def f(all: list[S]):
    all[0].go()
#          ^ !calls *
    [S()][0].go()
#            ^ !calls m.S.go
