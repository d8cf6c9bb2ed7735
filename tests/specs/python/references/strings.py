# A text that is no annotation is no reference.
#- m.py
class A: pass
def f(x):
    return "A", x["A"]
#           ^ !references *
