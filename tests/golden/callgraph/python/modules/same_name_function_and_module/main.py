import work
work.work()
