# What `get` of a context variable or a queue gives, what a weak reference leads to, and the class of an instance.
#: exact calls
#- m.py
import queue
import weakref
from contextvars import ContextVar
class Task:
    def run(self): pass
    def again(self):
        return self.__class__().run()
#                   ^ calls m.Task
#                               ^ calls m.Task.run
current: ContextVar[Task] = ContextVar("current")
waiting: queue.Queue[Task] = queue.Queue()
def f(owner: weakref.ref[Task], task: Task):
    if (found := current.get(None)) is not None:
        found.run()
#             ^ calls m.Task.run
    waiting.get().run()
#                 ^ calls m.Task.run
    owner().run()
#           ^ calls m.Task.run
    task.__class__.run(task)
#                  ^ calls m.Task.run
