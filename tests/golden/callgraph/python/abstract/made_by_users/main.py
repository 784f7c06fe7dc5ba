from abc import ABC, abstractmethod
class Cache(ABC):
    def get(self, key):
        return self.load(key)
    @abstractmethod
    def load(self, key): ...
class Files(Cache):
    def load(self, key):
        return key
class Memory(Cache):
    def load(self, key):
        return key
def fill(cache: Cache):
    return cache.load("a")
