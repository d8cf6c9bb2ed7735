# The result of a function without an annotation has the class of the instance that it returns.
#- m.py
class S:
    def go(self): return self
def make():
    return S()
def four():
    make().go()
#          ^ calls m.S.go by class of its receiver
