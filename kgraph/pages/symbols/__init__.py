"""Pages of symbols: one for each class, module and namespace that has something to say, and an index of them."""
