from abc import ABC, abstractmethod
class Task(ABC):
    def run(self):
        self.step()
    @abstractmethod
    def step(self):
        self.count = 1
class First(Task):
    def step(self):
        super().step()
class Second(Task):
    def step(self):
        Task.step(self)
First().run()
Second().run()
