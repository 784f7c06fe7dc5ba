class Task:
    def __init__(self, f): self.f = f
    def __call__(self, *a): return self.f(*a)
    def delay(self): return self.f()
def task(f): return Task(f)
@task
def work(): return 1
work()
work.delay()
