# An element of a list has the class that is annotated, or that was put there.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
def f(all: list[S], named: dict[str, S], both: tuple[S, T], any: list):
    all[0].go()
#          ^ calls m.S.go by element of a container
    [S()][0].go()
#            ^ calls m.S.go by element of a container
    named["a"].go()
#              ^ calls m.S.go by element of a container
    named.get("a").go()
#                  ^ calls m.S.go by element of a container
    for one in named.values():
        one.go()
#           ^ calls m.S.go by element of a container
    for key, one in named.items():
        one.go()
#           ^ calls m.S.go by element of a container
        key.go()
#           ^ !calls *
    both[1].go()
#           ^ calls m.T.go by element of a container
#           ^ !calls m.S.go
    for one in both:
        one.go()
#           ^ calls m.T.go by element of a container
#           ^ calls m.S.go by element of a container
    any[0].go()
#          ^ !calls *
def g(i):
    several = [S(), T()]
    several[i].go()
#              ^ !calls *
    more = []
    more.append(S())
    more[0].go()
#           ^ calls m.S.go by element of a container
