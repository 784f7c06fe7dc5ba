class Engine {
    func start() {}

    func each(_ action: (Int) -> Void) {
        action(1)
    }

    func later(after: Int, action: () -> Void) {}
}

class Garage {
    private let engine = Engine()

    func open() {
        engine.each { n in step(n) }
        engine.later(after: 1) { [weak self] in
            self?.step(2)
        }
        let task = { self.engine.start() }
        task()
        func local() {
            engine.start()
        }
        local()
    }

    private func step(_ n: Int) {}
}

func start() {
    let garage = Garage()
    garage.open()
}
