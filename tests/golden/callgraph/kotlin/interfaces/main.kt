interface Shape {
    fun area(): Double

    fun twice() = 2 * area()
}

class Circle : Shape {
    override fun area() = 3.14
}

class Square(private val side: Double) : Shape {
    override fun area() = side * side

    override fun twice() = super.twice()
}

class Farm {
    fun area() = 10.0
}

fun total(shapes: List<Shape>): Double {
    var sum = 0.0
    for (shape in shapes) {
        sum += shape.area()
    }
    return sum
}

fun main() {
    val shape: Shape = Circle()
    shape.twice()
    Farm().area()
    total(listOf(Square(2.0)))
}
