# A function that both branches of a condition define is one symbol.
#- m.py
import sys
if sys.platform == "win32":
    def f(): pass
else:
    def f(): pass
f()
#< calls m.f
