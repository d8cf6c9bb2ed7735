"""The words by which the name of a file or a folder says that tests are in it: the one list.

Output: sets of words in lower case. "spec" is none of them: in Ruby and JavaScript it is a test, but in C++ more often
a specification. It counts where a mistake does no harm, in ranking related files.
"""

TEST_WORDS = frozenset({"test", "tests", "unittest", "unittests", "gtest"})
TEST_FOLDERS = TEST_WORDS | {"testing"}
SPEC_WORDS = frozenset({"spec", "specs"})
