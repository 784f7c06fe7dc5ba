from abc import ABC, abstractmethod
class Task(ABC):
    def run(self):
        return self.step()
    @abstractmethod
    def step(self):
        """What one step does."""
class First(Task):
    def step(self):
        return 1
class Second(Task):
    def step(self):
        return 2
First().run()
Second().run()
