from functools import singledispatchmethod
class A: pass
class B: pass
class Printer:
    @singledispatchmethod
    def show(self, value): pass
    @show.register
    def _(self, value: A): first()
    @show.register(B)
    def of_b(self, value): second()
def first(): pass
def second(): pass
Printer().show(A())
def later(printer): printer.show(B())
later(Printer())
