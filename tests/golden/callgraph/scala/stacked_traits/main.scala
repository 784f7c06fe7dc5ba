trait Logger {
  def log(text: String): Unit = write(text)

  def write(text: String): Unit
}

trait Clock {
  def now(): Long = 1L
}

class Console extends Logger {
  def write(text: String): Unit = {}
}

class Service extends Console with Clock {
  def run(): Unit = {
    log("a")
    now()
    write("b")
  }
}

object Main {
  def main(): Unit = {
    val service = new Service
    service.log("x")
    service.now()
  }
}
