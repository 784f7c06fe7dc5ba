import one
one.run()
