# A module that a build makes is reported with the file beside it that it is made from: protocol buffers, forms of Qt,
# sources of extension modules.
#: exact imports
#- pkg/__init__.py
#- pkg/x.proto
syntax = "proto3";
#- pkg/form.ui
<ui/>
#- pkg/_fast.c
int x;
#- pkg/codec.cpp
int y;
#- pkg/name.c
int z;
#- pkg/a.py
from . import x_pb2
#< imports generated pkg/x.proto
from pkg.x_pb2_grpc import Stub
#< imports generated pkg/x.proto
from .ui_form import Form
#< imports generated pkg/form.ui
from . import _fast
#< imports generated pkg/_fast.c
import pkg._fast
#< imports generated pkg/_fast.c
from pkg.codec import encode
#< imports generated pkg/codec.cpp
from pkg import name
#< imports pkg/__init__.py
from . import other_pb2
#< imports pkg/__init__.py
import pkg.other_pb2
#< imports missing pkg.other_pb2
#- tools/json.c
int x;
#- tools/numpy.c
int x;
#- tools/run.py
import json
#< imports external json
import numpy
#< imports external numpy
