from package.below.low import run
run()
