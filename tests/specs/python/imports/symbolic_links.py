# An import through a symbolic link means the file behind it.
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
