"""Jupyter notebooks: `reader.extract` is the way in; `cells` finds cells and lines, `ipython` makes cells Python."""
