trait Shape {
  def area(): Double

  def twice(): Double = 2 * area()
}

class Circle extends Shape {
  def area(): Double = 3.14
}

class Square(side: Double) extends Shape {
  def area(): Double = side * side

  override def twice(): Double = super.twice()
}

class Farm {
  def area(): Double = 10.0
}

object Main {
  def total(shapes: List[Shape]): Double = {
    var sum = 0.0
    for (shape <- shapes) {
      sum += shape.area()
    }
    sum
  }

  def main(): Unit = {
    val shape: Shape = new Circle
    shape.twice()
    new Farm().area()
    total(List(new Square(2.0)))
  }
}
