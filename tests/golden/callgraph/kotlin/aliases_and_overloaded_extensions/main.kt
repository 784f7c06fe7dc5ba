package app

class Box {
    fun open() {}
}

typealias Kept = Box

fun String.shout(): String = this

fun String.shout(times: Int): String = this

fun use(kept: Kept): String {
    kept.open()
    Kept().open()
    return "a".shout()
}

fun main(args: Array<String>) {
    val name: String = args[0]
    name.shout(2)
    name.shout()
    use(Box())
}
