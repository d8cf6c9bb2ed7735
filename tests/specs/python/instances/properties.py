# A property has the class that it is annotated to return.
#- m.py
class S:
    def go(self): pass
class T:
    @property
    def s(self) -> S: return S()
    def one(self):
        self.s.go()
#              ^ calls m.S.go by member of its own class
def two(t: T):
    t.s.go()
#       ^ calls m.S.go by annotated class of its receiver
