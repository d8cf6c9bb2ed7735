# What `get` of a context variable gives, what a weak reference leads to, and the class of an instance.
#: exact calls references
#- m.py
import weakref
from contextvars import ContextVar
class Task:
    def run(self): pass
    def again(self):
        return self.__class__().run()
#                   ^ calls m.Task
#                               ^ calls m.Task.run
current: ContextVar[Task] = ContextVar("current")
#                   ^ references m.Task
def f(owner: weakref.ref[Task], task: Task):
#     ^ references m.Task
    print(task.__class__.__name__, task.__class__)
    if (found := current.get(None)) is not None:
        found.run()
#             ^ calls m.Task.run
    owner().run()
#           ^ calls m.Task.run
    task.__class__.run(task)
#                  ^ calls m.Task.run
