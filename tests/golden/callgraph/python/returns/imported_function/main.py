from factory import make
make()()
