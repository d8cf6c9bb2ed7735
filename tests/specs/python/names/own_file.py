# A name is looked up in the file, from functions and from the module itself.
#- m.py
def f(): pass
def g(): f()
#        ^ calls m.f from m.g
f()
#< calls m.f from m.py
