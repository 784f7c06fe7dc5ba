def start(): pass
def stop(): pass
