__all__ = ["two"]
def two(): return 2
def one(): return -2
