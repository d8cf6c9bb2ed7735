# A function that is handed on is referenced, not called.
#- m.py
def f(): pass
def go(map, x):
    map(f, x)
#       ^ references m.f
#       ^ !calls *
