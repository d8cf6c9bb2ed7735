# A module that Cython may compile and Python can run: `cython.cimports.a` is what `cimport a` names, and a `.pxd` file
# beside it declares members of its classes.
#: exact imports calls inherits
#- pkg/__init__.py
#- pkg/buffer.pxd
cdef class Buffer:
    cdef Inner inner
    cdef int size(self)
cdef class Inner:
    cdef int count(self)
cdef int check(int)
#- pkg/buffer.py
import cython
#< imports external cython
@cython.cclass
class Inner:
    @cython.cfunc
    def count(self) -> cython.int:
        return 1
@cython.cclass
class Buffer:
    @cython.cfunc
    def size(self) -> cython.int:
        return self.inner.count()
#                         ^ calls pkg.buffer.Inner.count
@cython.cfunc
def check(n: cython.int) -> cython.int:
    return n
#- pkg/plane.pxd
from pkg.buffer cimport Buffer
#< imports pkg/buffer.pxd if cimport
cdef class Plane(Buffer):
#                ^ inherits pkg.buffer.Buffer
    pass
#- pkg/plane.py
import cython
#< imports external cython
@cython.cclass
class Plane(Buffer):
#           ^ inherits pkg.buffer.Buffer
    def read(self):
        return self.size()
#                   ^ calls pkg.buffer.Buffer.size
#- pkg/packet.py
from cython.cimports.pkg.buffer import Buffer, check
#< imports pkg/buffer.pxd if cimport
from cython.cimports import libav as lib
#< imports external libav if cimport
from cython.cimports.libc.string import memcpy
#< imports external libc.string if cimport
import cython.cimports.pkg.buffer as buffers
#< imports pkg/buffer.pxd if cimport
class Packet(Buffer):
#            ^ inherits pkg.buffer.Buffer
    def read(self, other: Buffer):
        lib.av_read()
        memcpy(self)
        buffers.check(2)
#               ^ calls pkg.buffer.check
        other.size()
#             ^ calls pkg.buffer.Buffer.size
        return check(self.size())
#              ^ calls pkg.buffer.check
#                         ^ calls pkg.buffer.Buffer.size
