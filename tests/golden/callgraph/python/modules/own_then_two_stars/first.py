def work(): return 1
def _rest(): return 0
