# Parameters, local variables and comprehension variables hide names of the module.
#: exact calls
#- m.py
def f(): pass
def parameter(f): f()
def variable():
    f = 1
    f()
def comprehension(x):
    return [f() for f in x]
def other_comprehension(x):
    return [f() for y in x]
#           ^ calls m.f
def later():
    f()
#   ^ calls m.f
