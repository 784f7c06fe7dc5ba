protocol Shape {
    func area() -> Double
}

extension Shape {
    func twice() -> Double {
        return 2 * area()
    }
}

struct Circle: Shape {
    func area() -> Double { 3.14 }
}

struct Square {
    let side: Double
}

extension Square: Shape {
    func area() -> Double { side * side }
}

struct Farm {
    func area() -> Double { 10 }
}

func total(_ shapes: [Shape]) -> Double {
    var sum = 0.0
    for shape in shapes {
        sum += shape.area()
    }
    return sum
}

func measure(_ shape: any Shape) -> Double {
    return shape.twice() + Farm().area()
}

func start() {
    total([Circle(), Square(side: 2)])
    Circle().twice()
    measure(Circle())
}
