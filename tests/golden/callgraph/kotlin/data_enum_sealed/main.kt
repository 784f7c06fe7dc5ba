data class Point(val x: Int, val y: Int) {
    fun sum() = x + y
}

enum class Level(val weight: Int) {
    LOW(1) {
        override fun mark() = "low"
    },
    HIGH(9);

    open fun mark() = scale()

    private fun scale() = "$weight"
}

sealed class Event {
    abstract fun handle()

    class Click : Event() {
        override fun handle() {}
    }

    object Quit : Event() {
        override fun handle() {
            stop()
        }

        private fun stop() {}
    }
}

fun react(event: Event) {
    when (event) {
        is Event.Click -> event.handle()
        else -> Event.Quit.handle()
    }
}

fun main() {
    val point = Point(1, 2)
    point.copy(x = 2)
    point.sum()
    Level.HIGH.mark()
    react(Event.Click())
}
