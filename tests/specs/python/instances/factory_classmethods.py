# A class method annotated to return its class gives an instance of it.
#- m.py
class S:
    @classmethod
    def make(cls) -> "S": return cls()
    def go(self): pass
def f():
    S.make().go()
#     ^ calls m.S.make
#            ^ calls m.S.go by class of its receiver
    s = S.make()
    s.go()
#     ^ calls m.S.go by class of its receiver
