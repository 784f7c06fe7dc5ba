"""The ways in which people and programs ask. Thin: each knows model and LeIndex, and nothing of the others."""
