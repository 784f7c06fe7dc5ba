trait Shape {
  def area: Double

  def twice: Double = 2 * area
}

class Circle extends Shape {
  def area: Double = radius * radius

  val radius = 1.0
}

class Wheel(val circle: Circle) {
  def size: Double = circle.area

  def grow: Wheel = new Wheel(circle)
}

object Main {
  def main(): Unit = {
    val wheel = new Wheel(new Circle)
    wheel.size
    val bigger = wheel.grow.grow
    bigger.circle.twice
  }
}
