# A function called on a library that ctypes loads binds to the C function of that name.
#- lib.cpp
extern "C" int add_one(int x) { return x + 1; }
//             ^ defines Function add_one(int)
#- user.py
import ctypes
lib = ctypes.CDLL('lib.so')
def f():
    return lib.add_one(1)
#              ^ binds add_one(int) as function library from user.f by function of a loaded library
