# Variables bound by for, with, match, except and := hide functions of the same name.
#- m.py
def f(): pass
def loop(all):
    for f in all: f()
#                 ^ !calls *
def context(all):
    with all as f: f()
#                  ^ !calls *
def match(x):
    match x:
        case [f]: f()
#                 ^ !calls *
def caught():
    try: pass
    except ValueError as f: f()
#                           ^ !calls *
def walrus(x):
    if (f := x): f()
#                ^ !calls *
