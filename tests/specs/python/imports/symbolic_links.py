# An import through a symbolic link means its target.
#- real/m.py
def run(): pass
#- app/__init__.py
#- app/linked.py -> ../real/m.py
#- app/main.py
from app.linked import run
#    ^ imports real/m.py
def main():
    run()
#   ^ calls m.run
