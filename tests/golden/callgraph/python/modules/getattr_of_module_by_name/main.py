from lazy import work
work()
