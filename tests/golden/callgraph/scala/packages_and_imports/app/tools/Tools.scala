package app.tools

object Text {
  def shout(text: String): String = text
}

object Maths {
  def twice(n: Int): Int = n * 2
}
