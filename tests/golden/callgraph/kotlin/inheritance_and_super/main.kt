abstract class Job(val name: String) {
    fun run() {
        prepare()
        work()
    }

    open fun prepare() {}

    abstract fun work()
}

open class Print : Job("print") {
    override fun prepare() {
        super.prepare()
        paper()
    }

    override fun work() {}

    open fun paper() {}
}

class Colour : Print() {
    override fun paper() {
        super.paper()
        this.prepare()
    }
}

fun main() {
    val colour = Colour()
    colour.run()
    colour.work()
    val job: Job = colour
    job.prepare()
}
