# What stands in a t-string of Python 3.14 is read; the string is no text.
#: exact calls
#- m.py
def f(x): pass
def g(x):
    a = t"{f(x)} {x:>{f(1)}}" t" {x}"
#          ^ calls m.f
    b = Rt'plain'
    return a.upper(), b
