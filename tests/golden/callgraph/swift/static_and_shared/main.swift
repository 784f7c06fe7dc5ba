final class Registry {
    static let shared = Registry()
    private let log = Log()

    private init() {
        check()
    }

    func add(_ item: String) -> Registry {
        log.write(item)
        Registry.count()
        Self.count()
        return self
    }

    private func check() {}

    static func count() {}

    class func named(_ name: String) -> Registry {
        return shared
    }
}

struct Log {
    func write(_ line: String) {}
}

enum Counter {
    static func count() {}
}

func start() {
    Registry.shared.add("a").add("b")
    Registry.named("x").add("c")
    Counter.count()
}
