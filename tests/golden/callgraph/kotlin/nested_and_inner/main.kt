class Outer {
    private val nested = Nested()

    class Nested {
        fun ring() {
            helper()
        }
    }

    inner class Inner {
        fun ring() {
            touch()
            this@Outer.touch()
            deep()
        }

        private fun deep() {}
    }

    fun touch() {
        nested.ring()
        Inner().ring()
    }

    companion object {
        fun helper() {}
    }
}

fun main() {
    val outer = Outer()
    outer.Inner().ring()
    Outer.Nested().ring()
    Outer.helper()
}
