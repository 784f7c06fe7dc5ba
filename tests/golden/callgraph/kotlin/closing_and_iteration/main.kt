import java.io.Closeable

open class Door : Closeable {
    override fun close() {}
}

class Gate : Door() {
    override fun close() {}
}

class Cursor {
    operator fun hasNext() = false

    operator fun next() = 0
}

class Bag {
    operator fun iterator() = Cursor()
}

class Names : Iterable<String> {
    override fun iterator(): Iterator<String> = TODO()
}

fun shut(given: Door) {
    given.use { }
}

fun leave() {
    Gate().use { }
}

fun each(bag: Bag, names: Names, others: List<Int>) {
    for (each in bag) {
    }
    for (name in names) {
    }
    for (other in others) {
    }
    for (number in 0..3) {
    }
}
