# A function of the module hides a builtin of the same name.
#- m.py
def list(x): pass
def f(x): list(x)
#         ^ calls m.list
