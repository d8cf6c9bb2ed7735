# A variable that is assigned once has the class of what is made.
#- m.py
class S:
    def go(self): return self
def two():
    s = S()
#       ^ calls m.S
    s.go()
#     ^ calls m.S.go by class of its receiver
