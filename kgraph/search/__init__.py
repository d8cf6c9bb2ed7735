"""Search by names, parts of names, public names and words: one ranking for the site, the server and agents."""
