# Reading a class attribute or an enumerator is a reference.
#- a.py
from enum import Enum
class Color(Enum):
    RED = 1
class Limits:
    most = 3
#- b.py
from a import Color, Limits
def f():
    return Color.RED, Limits.most
#                ^ references a.Color.RED
#                            ^ references a.Limits.most
