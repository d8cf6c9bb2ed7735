"""The semantic tier: what a compiler says of the files that a compile database compiles.

`database` reads the database, with `flags`, `allowed_flags` and `response_files`; `driver` hands its units to processes
(`worker`) and keeps their answers, `session` parses a unit there, and `visitor` walks it with what `cursors`, `targets`
and `file_facts` know. Only here is libclang known.
"""
