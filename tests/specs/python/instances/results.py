# The result of a function has the class that it is annotated to return.
#- m.py
class S:
    def go(self) -> "S": return self
def make() -> S: ...
def unknown(): ...
def four():
    make().go()
#   ^ calls m.make
#          ^ calls m.S.go by class of its receiver
    make().go().go()
    s = make()
    s.go()
#     ^ calls m.S.go by class of its receiver
    unknown().go()
#             ^ !calls m.S.go
