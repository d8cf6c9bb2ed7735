# An attribute initialized with None has the class that it is assigned later.
#- m.py
class S:
    def go(self): pass
class U:
    def __init__(self):
        self.s = None
    def open(self):
        self.s = S()
    def run(self):
        self.s.go()
#              ^ calls m.S.go by member of its own class
