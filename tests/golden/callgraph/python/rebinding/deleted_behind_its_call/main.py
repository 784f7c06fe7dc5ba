def gone(): pass
def use():
    gone()
use()
del gone
