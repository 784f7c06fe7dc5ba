def gone(): pass
def use():
    try:
        gone()
    except NameError:
        pass
del gone
use()
