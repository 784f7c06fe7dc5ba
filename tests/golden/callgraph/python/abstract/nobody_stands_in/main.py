class Store:
    def get(self, key):
        return self.load(key)
    def load(self, key):
        raise NotImplementedError
def nothing():
    pass
nothing()
