# A class attribute hides a method of a base.
#- m.py
class A:
    def go(self): pass
class B(A):
    go = None
    def run(self): self.go()
#                       ^ !calls m.A.go
