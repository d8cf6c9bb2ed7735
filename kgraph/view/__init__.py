"""Seeing a graph: a page to open, a picture in a notebook, and the answers that both are drawn from.

`index` numbers a graph's nodes once, `data` answers what a view asks (`overview`, `matrix` and `table` are parts of
it).
"""
