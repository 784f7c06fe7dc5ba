def _work(): return 1
def __getattr__(name):
    return _work
