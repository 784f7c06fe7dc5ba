"""Which nodes hold these words: BM25 over fields, in arrays. Does not know what a node is."""
