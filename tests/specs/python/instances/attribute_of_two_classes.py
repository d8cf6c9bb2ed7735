# An attribute assigned instances of two classes has no known class.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
class U:
    def __init__(self): self.a = S()
    def other(self): self.a = T()
    def run(self):
        self.a.go()
#              ^ !calls *
