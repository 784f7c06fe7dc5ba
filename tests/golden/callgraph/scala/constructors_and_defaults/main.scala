class Base(val name: String) {
  register(name)

  def this() = this("none")

  private def register(name: String): Unit = {}
}

class Derived(n: Int) extends Base("derived") {
  grow(n)

  def grow(by: Int = 1, twice: Boolean = false): Unit = {}

  def grow(by: Int, label: String, last: Int): Unit = {
    grow()
    grow(by, true)
  }
}

object Main {
  def main(): Unit = {
    new Base()
    new Base("a")
    val derived = new Derived(3)
    derived.grow(1, "x", 2)
    derived.grow(2)
  }
}
