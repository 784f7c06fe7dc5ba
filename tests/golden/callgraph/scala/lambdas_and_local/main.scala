class Engine {
  def start(): Unit = {}

  def each(action: Int => Unit): Unit = action(1)
}

class Garage {
  private val engine = new Engine

  def open(): Unit = {
    engine.each(n => step(n))
    engine.each { n =>
      engine.start()
    }
    def local(): Unit = engine.start()
    local()
  }

  private def step(n: Int): Unit = {}
}

object Main extends App {
  val garage = new Garage
  garage.open()
}
