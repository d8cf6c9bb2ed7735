# Calling a variable that holds a function calls the function.
#- m.py
def f(): pass
alias = f
#       ^ references m.f
def go(): alias()
#         ^ calls m.f
