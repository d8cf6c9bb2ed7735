# On self of a derived class, an overriding method is called.
#- m.py
class A:
    def go(self): pass
    def run(self): self.go()
#                       ^ calls m.A.go by member of its own class
class B(A):
    def go(self): pass
#       ^ overrides m.A.go by order of its base classes
    def again(self): self.go()
#                         ^ calls m.B.go by member of its own class
#                         ^ !calls m.A.go
