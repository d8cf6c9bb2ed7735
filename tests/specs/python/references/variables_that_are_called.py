# Who calls what a variable holds uses the variable, whether that is known to hold a function or not.
#- a.py
from elsewhere import make
def run(): pass
old = run
made = make()
class Tool:
    def work(self): pass
    old_work = work
#- b.py
from a import Tool, made, old
def user(tool: Tool):
    old()
#   ^ calls a.run
#   ^ references a.old
    made()
#   ^ references a.made
#   ^ !calls *
    Tool.old_work(tool)
#        ^ calls a.Tool.work
#        ^ references a.Tool.old_work
    tool.old_work()
#        ^ calls a.Tool.work
#        ^ !references *
