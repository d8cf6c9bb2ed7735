# Calls in a lambda belong to the function around it, and its parameters hide names.
#- m.py
def f(): pass
def go():
    one = lambda: f()
#                 ^ calls m.f from m.go
    two = lambda f: f()
#                   ^ !calls *
