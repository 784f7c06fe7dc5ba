"""Which places answer this question, in which order, and why. Reads one pinned generation and never the working tree."""
