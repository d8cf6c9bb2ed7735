# What a function is annotated to return is the class of its result.
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
