class Base {
    let name: String

    init(name: String) {
        self.name = name
        setUp()
    }

    convenience init() {
        self.init(name: "none")
    }

    private func setUp() {}
}

class Derived: Base {
    let part: Part

    init(count: Int) {
        part = Part(count: count)
        super.init(name: "derived")
    }

    convenience init() {
        self.init(count: 0)
    }
}

struct Part {
    let count: Int

    init(count: Int) {
        self.count = count
    }

    init(half: Int) {
        self.init(count: half / 2)
    }
}

struct Plain {
    var x: Int
}

func start() {
    let derived = Derived(count: 3)
    Derived()
    Base()
    Part(half: 4)
    Plain(x: 1)
    Part.init(count: 2)
}
