"""The semantic tier: what a compiler says of the files that a compile database compiles.

`database` and `flags` read the database, `run` hands its units to workers and keeps their answers, `session` parses a
unit in a worker, `visit` walks it with what `cursors`, `targets` and `gather` know. Only here is libclang known.
"""
