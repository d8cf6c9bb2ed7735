# Passing a function as an argument is a reference, not a call.
#- m.py
def f(): pass
def go(map, x):
    map(f, x)
#       ^ references m.f
#       ^ !calls *
