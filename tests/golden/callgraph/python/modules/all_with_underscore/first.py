__all__ = ["_shown"]
def _shown(): return 1
