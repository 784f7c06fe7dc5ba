def _work(): return 1
