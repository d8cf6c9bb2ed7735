# What calls pass to a parameter is called through it, by position, by name, and handed on.
#- m.py
def go(): pass
def stay(): pass
class S:
    def run(self): pass
def f(call, other=stay):
    call()
#   ^ calls m.go by argument of a call
#   ^ !calls m.stay
    other()
#   ^ calls m.stay by argument of a call
def g(x):
    x.run()
#     ^ calls m.S.run by argument of a call
def hand(x):
    g(x)
f(go)
hand(x=S())
