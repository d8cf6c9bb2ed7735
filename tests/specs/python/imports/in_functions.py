# An import in a function applies only to that function.
#- a.py
def f(): pass
#- user.py
def go():
    from a import f
    f()
#   ^ calls a.f
def other():
    f()
#   ^ !calls *
