# A function under a key of a dictionary is the one that was put there last, and a list counts its elements.
#- m.py
def f(): pass
def g(): pass
def one():
    table = {"a": f, "b": g}
    table["a"]()
#             ^ calls m.f
#             ^ !calls m.g
def two():
    table = {"a": f}
    table["a"] = g
    table["a"]()
#             ^ calls m.g
#             ^ !calls m.f
def three(key):
    table = {"a": f, "b": g}
    table[key]()
#             ^ calls m.f by element of a container
#             ^ calls m.g by element of a container
def four():
    several = [f, g]
    several[1]()
#             ^ calls m.g
#             ^ !calls m.f
