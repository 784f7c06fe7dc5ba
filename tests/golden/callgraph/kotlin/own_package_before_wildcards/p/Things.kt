package p

class X { fun name(): Int = 2 }
fun shared(): Int = 2
