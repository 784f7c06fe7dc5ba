from tools import work
work()
