# A variable that a function is assigned to is called as that function.
#- m.py
def f(): pass
alias = f
#       ^ references m.f
def go(): alias()
#         ^ calls m.f
