# A string that is not an annotation is not a reference.
#- m.py
class A: pass
def f(x):
    return "A", x["A"]
#           ^ !references *
