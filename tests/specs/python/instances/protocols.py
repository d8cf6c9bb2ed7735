# Protocols call the methods that the class of a value defines.
#- m.py
class S:
    def __enter__(self): return self
    def __exit__(self, *a): pass
    def __len__(self): return 1
    def __iter__(self): return self
    def __next__(self): return T()
    def __getitem__(self, i): return T()
    def __setitem__(self, i, v): pass
    def __add__(self, other): return self
    def __str__(self): return ""
    def go(self): pass
class T:
    def stay(self): pass
def f():
    with S() as s:
#        ^ calls m.S.__enter__
#        ^ calls m.S.__exit__
        s.go()
#         ^ calls m.S.go by class of its receiver
    for t in s:
#            ^ calls m.S.__iter__
#            ^ calls m.S.__next__
        t.stay()
#         ^ calls m.T.stay by class of its receiver
    s[0].stay()
#   ^ calls m.S.__getitem__
    s[0] = 1
#   ^ calls m.S.__setitem__
    (s + s).go()
#    ^ calls m.S.__add__
    len(s)
#       ^ calls m.S.__len__
    f"{s}"
#      ^ calls m.S.__str__
    if s:
#      ^ calls m.S.__len__
        pass
    T() + s
#   ^ !calls m.S.__add__
    [1][0]
#   ^ !calls *
