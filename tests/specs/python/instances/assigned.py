# A variable has the class that it is assigned an instance of.
#- m.py
class S:
    def go(self): return self
def two():
    s = S()
#       ^ calls m.S
    s.go()
#     ^ calls m.S.go by class of its receiver
