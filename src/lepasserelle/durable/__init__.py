"""How a file comes to be, whole or not at all: atomic replace, checksummed frames, locks, quarantine. Knows no format of ours."""
