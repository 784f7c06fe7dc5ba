"""Which files are sources, in which language, under which name: walking, ignore rules, secrets, fingerprints. Never parses."""
