"""The graph for agents: a server of the Model Context Protocol with few tools, each of them bounded.

Input: the folder of a graph. Output: answers with `file:line`, how the files were read, and what was cut, over standard
input and output or over HTTP on this machine.

    server    the tools as a client sees them, their descriptions and limits   (this process: never touches the graph)
    messages  what a client writes on standard input, line by line
    workers   processes that can be killed: the engine hears no cancellation   (the border between the two)
    tools     names of tools -> functions                                      (in a worker from here on)
    symbols, files, ways, asking    the functions: a graph and arguments in, an `Answer` out
    reader    the graph with what the tools look up again and again
    answer    what a tool says, cut to size
"""
