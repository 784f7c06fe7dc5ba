__all__ = ["shown"]
def hidden(): return 1
def shown(): return 1
