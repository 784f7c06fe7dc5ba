class Engine {
    fun start() {}

    fun each(action: (Int) -> Unit) {
        action(1)
    }
}

class Garage {
    private val engine = Engine()

    fun open() {
        engine.each { step(it) }
        val later = { engine.start() }
        later()
        fun local() {
            engine.start()
        }
        local()
    }

    private fun step(n: Int) {}
}

fun main() {
    val garage = Garage()
    repeat(2) { garage.open() }
}
