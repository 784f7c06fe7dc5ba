"""Which nodes mean something like this: the encoder, exact search, and HNSW. Does not know what a node is."""
