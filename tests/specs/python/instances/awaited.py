# Calling a coroutine does not give an instance of its annotated class.
#- m.py
class S:
    def go(self): pass
async def make() -> S: ...
async def f():
    make().go()
#          ^ !calls m.S.go
    (await make()).go()
