# A nonlocal name is that of the function around it.
#- m.py
def f(): pass
def outer():
    def f(): pass
    def inner():
        nonlocal f
        f()
#       ^ calls m.outer.<locals>.f
    inner()
#   ^ calls m.outer.<locals>.inner
