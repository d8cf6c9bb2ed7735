# A nested function is visible in the function around it and hides one of the module.
#- m.py
def inner(): pass
def outer():
    def inner(): pass
    return inner()
#          ^ calls m.outer.<locals>.inner
#          ^ !calls m.inner
inner()
#< calls m.inner
