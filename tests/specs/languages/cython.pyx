# Cython is read as Python with types: `.pyx` is the module that Python imports, `.pxd` what `cimport` reads, and what is
# included shares the names of the module.
#: exact defines declares imports includes calls inherits
#- pkg/__init__.py
#- pkg/heap.h
int push(int);
#   ^ declares Function push(int)
#- pkg/heap.pxd
cdef extern from "heap.h" nogil:
#< defines Module pkg.heap
#                 ^ includes pkg/heap.h if extern
    ctypedef struct Node:
#                   ^ defines Struct pkg.heap.Node
        int value
#           ^ defines Field pkg.heap.Node.value
    int push(Node *n)
#       ^ declares Function pkg.heap.push
#            ^ references pkg.heap.Node
cdef class Heap:
#          ^ defines Class pkg.heap.Heap
    cdef int add(self, Node *n) except -1
#            ^ declares Method pkg.heap.Heap.add
cdef enum Color: RED, GREEN
#         ^ defines Enum pkg.heap.Color
#                ^ defines Enumerator pkg.heap.Color.RED
#                     ^ defines Enumerator pkg.heap.Color.GREEN
cdef int helper(int x) nogil
#        ^ declares Function pkg.heap.helper
#- pkg/heap.pyx
# cython: language_level=3
#< defines Module pkg.heap
include "consts.pxi"
#< includes pkg/consts.pxi
cimport cython
#< imports external cython if cimport
cdef class Heap:
#          ^ defines Class pkg.heap.Heap
    def __init__(self): pass
#       ^ defines Constructor pkg.heap.Heap.__init__
    cdef int add(self, Node *n) except -1:
#            ^ defines Method pkg.heap.Heap.add
#                      ^ references pkg.heap.Node
        push(n)
#       ^ calls pkg.heap.push
        shared()
#       ^ calls shared
        return helper(<int>n.value)
#              ^ calls pkg.heap.helper
    cpdef pop(self): return 1
#         ^ defines Method pkg.heap.Heap.pop
cdef int helper(int x) nogil:
#        ^ defines Function pkg.heap.helper
    return x
cpdef make(int a, *,
#     ^ defines Function pkg.heap.make
           Heap b=None):
#          ^ references pkg.heap.Heap
    cdef Heap h = Heap()
#                 ^ calls pkg.heap.Heap.__init__
    h.add(NULL)
#     ^ calls pkg.heap.Heap.add by annotated class of its receiver
    return h
#- pkg/consts.pxi
cdef void shared():
#         ^ defines Function shared
    helper(1)
#   ^ calls pkg.heap.helper
#- pkg/user.pyx
from .heap cimport Heap
#< defines Module pkg.user
#  ^ imports pkg/heap.pxd if cimport
cdef class Other(Heap):
#          ^ defines Class pkg.user.Other
#                ^ inherits pkg.heap.Heap
    cdef f(self, Heap h):
#        ^ defines Method pkg.user.Other.f
        (<Heap>h).pop()
#                 ^ calls pkg.heap.Heap.pop by annotated class of its receiver
        h.pop()
#         ^ calls pkg.heap.Heap.pop by annotated class of its receiver
#- app.py
from pkg.heap import make
#< defines Module app
#    ^ imports pkg/heap.pyx
make(1)
#< calls pkg.heap.make
