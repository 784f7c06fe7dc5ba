class Outer {
    private let nested = Nested()

    class Nested {
        func ring() {
            Outer.helper()
            deep()
        }

        private func deep() {}

        struct Leaf {
            func fall() {}
        }
    }

    static func helper() {}

    func touch() {
        nested.ring()
        Outer.Nested().ring()
        Nested.Leaf().fall()
    }
}

extension Outer.Nested {
    func extra() {
        ring()
    }
}

func start() {
    let outer = Outer()
    outer.touch()
    let nested = Outer.Nested()
    nested.extra()
}
