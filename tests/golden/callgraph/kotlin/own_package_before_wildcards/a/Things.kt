package a

class X { fun name(): Int = 1 }
class Y { fun name(): Int = 1 }
fun shared(): Int = 1
fun lone(): Int = 1
