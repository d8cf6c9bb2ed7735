# A function defined in both branches of a condition is one symbol.
#- m.py
import sys
if sys.platform == "win32":
    def f(): pass
else:
    def f(): pass
f()
#< calls m.f
