class B:
    def run(self):
        self.step()
