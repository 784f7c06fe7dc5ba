class Other:
    def run(self): return 2
def swap(cls): return Other
@swap
class Target:
    def run(self): return 1
Target().run()
