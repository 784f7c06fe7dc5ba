"""The program dependence graph in frozen arrays: linking facts into nodes and edges, and walking them. Never sees syntax or files."""
