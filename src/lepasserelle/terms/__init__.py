"""Text to sub-terms: one pure pass whose result feeds lexical and vectors, for documents and for queries alike. Keeps no state and touches no file."""
