def work(): return 1
def use():
    from other import work
    return work()
use()
work()
