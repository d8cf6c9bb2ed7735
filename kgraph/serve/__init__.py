"""`kgraph serve`: the graph over HTTP, on one's own machine: explorer, JSON API, sources, SPARQL 1.1 endpoint.

`server` starts and stops it, `app` holds its addresses, `guard` says who may ask. `protocol` and `negotiation` read
what a request wants. `pool` keeps the processes that answer, each of which runs `worker`; `tasks`, `browse` and
`source` are what they can do. No query is run, and no graph is open, in the process that listens: the engine can
neither be interrupted nor survives every query, and a process can be ended.
"""
