class A:
    def run(self): return self.stop()
    def stop(self): return 1
class B:
    run = A.run
    def stop(self): return 2
B().run()
