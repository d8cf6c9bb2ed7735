# A function inside a method sees the method's self.
#- m.py
class A:
    def n(self): pass
    def m(self):
        def inner():
            self.n()
#                ^ calls m.A.n by member of its own class
        return lambda: self.n()
#                           ^ calls m.A.n by member of its own class
