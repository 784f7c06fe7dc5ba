class Outer {
  private val nested = new Outer.Nested

  class Inner {
    def ring(): Unit = {
      touch()
      Outer.this.touch()
      deep()
    }

    private def deep(): Unit = {}
  }

  def touch(): Unit = {
    nested.ring()
    new Inner().ring()
  }
}

object Outer {
  class Nested {
    def ring(): Unit = helper()
  }

  def helper(): Unit = {}
}

object Main {
  def main(): Unit = {
    val outer = new Outer
    outer.touch()
    new Outer.Nested().ring()
    Outer.helper()
  }
}
