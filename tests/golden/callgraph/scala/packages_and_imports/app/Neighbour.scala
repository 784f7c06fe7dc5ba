package app

object Neighbour {
  def greet(): Unit = Main.main(Array())
}
