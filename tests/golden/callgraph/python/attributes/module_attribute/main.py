import settings
def a(): pass
settings.hook = a
settings.run()
