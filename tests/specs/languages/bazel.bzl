# Bazel: variables, functions and targets are symbols; sources and loaded files are links.
#: exact defines links
#- BUILD
load("//tools:defs.bzl", "rule")
#             ^ links tools/defs.bzl
X = 1
#< defines Variable X@BUILD
def f(a, b = 1):
#   ^ defines Function f@BUILD
    pass
rule(
#< defines Target it@BUILD
    name = "it",
    srcs = ["a.cc"] + glob(["*.h"]),
#            ^ links a.cc
)
#- a.cc
#- tools/defs.bzl
