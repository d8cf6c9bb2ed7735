# Variables of a module are references from other files alone.
#- a.py
LIMIT = 3
def f(): return LIMIT
#               ^ !references *
#- b.py
import a
def g(): return a.LIMIT
#                 ^ references a.LIMIT
