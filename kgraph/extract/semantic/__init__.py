"""The semantic tier: what a compiler says of the files that a compile database compiles.

`database` reads the database, with `flags`, `allowed_flags` and `response_files`; `run` hands its units to processes
(`worker`) and keeps their answers, `session` parses a unit there, and `visit` walks it with what `cursors`, `targets`
and `gather` know. Only here is libclang known.
"""
