# What a coroutine gives is had by `await`, not by the call.
#- m.py
class S:
    def go(self): pass
async def make() -> S: ...
async def f():
    make().go()
#          ^ !calls m.S.go
    (await make()).go()
