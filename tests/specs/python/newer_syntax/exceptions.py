# `except A, B:` without parentheses (Python 3.14) catches both; with a name behind it is Python 2 and nobody's syntax.
#- errors.py
class One(Exception): pass
class Two(Exception): pass
class Three(Exception): pass
#- m.py
import errors
from errors import One, Two
def f():
    try:
        pass
    except One, Two, errors.Three:
#          ^ references errors.One
#               ^ references errors.Two
#                           ^ references errors.Three
        pass
    except One:
        g()
#       ^ calls m.g
def g(): pass
#- named.py
from errors import One, Two
try: pass
except One, Two as e: pass
#< skipped line 3: syntax error
