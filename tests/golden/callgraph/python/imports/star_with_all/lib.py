__all__ = ["_g"]
def _g(): pass
