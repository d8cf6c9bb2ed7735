"""The C family, read without a compile database; `read.extract` is the way in.

Nothing is imported here: a caller that needs the macros of a repository (`macros`) does not load the grammar.
"""
