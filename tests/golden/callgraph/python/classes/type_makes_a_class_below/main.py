class Task:
    def __init__(self, number):
        self.number = number
    def then(self):
        return self
    def run(self):
        return self.execute()
class Wrapper:
    base = Task
    def __init__(self, function):
        self.task_class = self.create(function)
    def create(self, function):
        def execute(self):
            return function()
        attributes = {"execute": execute}
        return type(function.__name__, (self.base,), attributes)
    def start(self):
        return self.task_class(3)
def hello(): pass
task = Wrapper(hello).start()
task.then().run()
