class Account(val id: Int) {
  def open(): Unit = Account.register(this)
}

object Account {
  def apply(id: Int): Account = new Account(id)

  def register(account: Account): Unit = Registry.add(account)
}

object Registry {
  private val log = new Log

  def add(account: Account): Unit = {
    log.write("add")
    account.open()
  }
}

class Log {
  def write(line: String): Unit = {}
}

object Main {
  def main(): Unit = {
    Account(1).open()
    val account = Account(2)
    account.open()
    Account.register(account)
  }
}
