# A name is looked up in its own module.
#- m.py
def f(): pass
def g(): f()
#        ^ calls m.f from m.g
f()
#< calls m.f from m.py
