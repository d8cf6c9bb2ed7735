# A function that a function returns is called where the result is.
#- m.py
def f(): pass
def make():
    return f
def go():
    make()()
#         ^ calls m.f by result of a call
#   ^ calls m.make
