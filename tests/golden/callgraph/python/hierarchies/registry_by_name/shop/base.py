class Base:
    name = 'base'
    def __init__(self, size):
        self.size = size
    def work(self):
        return None
    def start(self):
        return self.work()
