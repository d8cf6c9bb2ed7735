# What is awaited is the result of a coroutine; `async with` and `async for` call their own methods.
#- m.py
class S:
    async def __aenter__(self): return self
    async def __aexit__(self, *a): pass
    def __aiter__(self): return self
    async def __anext__(self): return T()
    def go(self): pass
class T:
    def stay(self): pass
async def make() -> S: ...
async def f():
    async with S() as s:
#              ^ calls m.S.__aenter__
#              ^ calls m.S.__aexit__
        s.go()
#         ^ calls m.S.go by class of its receiver
    async for t in s:
#                  ^ calls m.S.__aiter__
#                  ^ calls m.S.__anext__
        t.stay()
#         ^ calls m.T.stay by class of its receiver
async def g():
    (await make()).go()
#                  ^ calls m.S.go by result of a call
    make().go()
#          ^ calls m.make
