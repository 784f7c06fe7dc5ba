import lib
lib.f()
