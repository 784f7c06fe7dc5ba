open class Base(val name: String) {
    constructor() : this("none")

    init {
        register(name)
    }

    private fun register(name: String) {}
}

class Derived : Base {
    constructor(n: Int) : super("derived") {
        grow(n)
    }

    constructor() : this(0)

    fun grow(by: Int = 1, twice: Boolean = false) {}

    fun grow(by: Int, label: String, last: Int) {
        grow()
        grow(by, true)
    }
}

fun main() {
    Base()
    Base("a")
    val derived = Derived(3)
    derived.grow(1, "x", 2)
    derived.grow(2)
    Derived()
}
