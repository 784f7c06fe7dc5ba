class Account private constructor(val id: Int) {
    fun open() = register(this)

    companion object {
        fun of(id: Int): Account = Account(id)

        private fun register(account: Account) {
            Registry.add(account)
        }
    }
}

object Registry {
    private val log = Log()

    fun add(account: Account) {
        log.write("add")
        account.open()
    }
}

class Log {
    fun write(line: String) {}
}

fun main() {
    Account.of(1).open()
    val account = Account.of(2)
    Registry.add(account)
}
