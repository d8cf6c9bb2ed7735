# A variable that is None at first, and made later, is of the class that is made.
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
