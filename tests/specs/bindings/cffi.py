# A function called on a library that cffi opens binds to the C function of that name, if only one function has it.
#- lib.c
int add_one(int x) { return x + 1; }
int twice(int x) { return x; }
#- other.c
int twice(int x, int y) { return y; }
#- user.py
import cffi
lib = cffi.FFI().dlopen("lib.so")
def f():
    return lib.add_one(1)
#              ^ binds add_one(int) from user.f by function of a loaded library
def g():
    return lib.twice(1)
#              ^ !binds *
def h():
    return lib.absent(1)
#              ^ !binds *
