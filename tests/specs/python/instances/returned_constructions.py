# What a function returns that makes an instance is of that class, without an annotation too.
#- m.py
class S:
    def go(self): return self
def make():
    return S()
def four():
    make().go()
#          ^ calls m.S.go by class of its receiver
