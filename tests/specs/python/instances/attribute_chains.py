# A chain of attributes is followed through the classes of the attributes.
#- m.py
class S:
    def go(self): pass
class T:
    def __init__(self): self.s = S()
class U:
    def __init__(self): self.t = T()
    def run(self):
        self.t.s.go()
#                ^ calls m.S.go by member of its own class
        self.t.gone.go()
#                   ^ !calls m.S.go from m.T.__init__
