# Bazel: a rule that is called with a name is a target; globs, selects and macros of the repository are evaluated.
#: exact builds linksAgainst buildsAfter
#- BUILD.bazel
load("//tools:defs.bzl", "my_test", copts = "COPTS")
SRCS = ["a.cc"] + glob(["src/*.cc"], exclude = ["src/no.cc"])
cc_library(
#< builds a.cc
#< builds src/b.cc
#< builds a.h
#< builds win.cc
    name = "core",
    srcs = SRCS + select({"//:win": ["win.cc"], "//conditions:default": []}),
    hdrs = [":a.h"],
)
my_test("core_test", deps = [":core"])
#< builds core_test.cc
#< linksAgainst core
#< buildsAfter data
[cc_binary(name = "tool_%s" % each, srcs = [each + ".cc"], deps = ["//:core"]) for each in ["x", "y"]]
#< builds x.cc from tool_x
#< builds y.cc from tool_y
#< linksAgainst core from tool_x
#< linksAgainst core from tool_y
filegroup(name = "data", srcs = compute())
#< notes line 10: `srcs` of data is computed, and not known
#- tools/BUILD
#- tools/defs.bzl
COPTS = ["-Wall"]
def my_test(name, srcs = None, deps = [], **kwargs):
    """A test."""
    native.cc_test(
        name = name,
        srcs = [name + ".cc"],
        deps = deps + ["@googletest//:gtest"],
        data = ["//:data"],
        **kwargs
    )
#- sub/BUILD
cc_library(name = "sub", srcs = glob(["**/*.cc"]), deps = ["//:core"])
#< builds sub/s.cc
#< linksAgainst core
#- sub/s.cc
#- sub/inner/BUILD
#- sub/inner/i.cc
#- a.cc
#- a.h
#- win.cc
#- x.cc
#- y.cc
#- core_test.cc
#- src/b.cc
#- src/no.cc
