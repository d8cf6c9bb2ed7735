"""Documentation pages: a set of them for a repository, every line from its graph.

    graph -> answers   of each query of `queries/pages/`, for all files at once (`column_queries`)
          -> model     the answers joined, by file and folder (`repository_model`)
          -> sections  of each page, as Markdown (`sections`, `folders`, `keywords`)
          -> render    pages, through a template for each kind (`templates`, `html_site`), each file, folder and symbol
                       by itself (`drafting`), on all cores (`parallel`)
          -> output    files; only what changed is written (`output`)

`generate.write` does it all; `link_check` reads a set that was written, and reports links that do not resolve.
"""

from kgraph.pages.generate import write
from kgraph.pages.output import WriteReport
from kgraph.pages.request import GraphSource, Request, make_request

__all__ = ["GraphSource", "Request", "WriteReport", "make_request", "write"]
