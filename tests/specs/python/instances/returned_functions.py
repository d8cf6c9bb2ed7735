# Calling a returned function calls that function.
#- m.py
def f(): pass
def make():
    return f
def go():
    make()()
#         ^ calls m.f by result of a call
#   ^ calls m.make
