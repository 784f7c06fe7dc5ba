import com.acme.{Registry, Session}

class Plug {
  def start(): Unit = {}

  def stop(code: Int): Unit = {}
}

class Motor {
  def start(): Unit = {}

  def start(speed: Int): Unit = {}
}

class Client extends Session("client") {
  private val registry = new Registry()

  def fetch(url: String): Unit = {
    registry.find(url).start()
    registry.find(url).stop(1)
    registry.find(url).blink()
    connect(url)
    println(url)
  }
}
