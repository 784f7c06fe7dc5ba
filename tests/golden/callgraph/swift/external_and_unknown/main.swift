import Acme

class Plug {
    func start() {}

    func stop(_ code: Int) {}
}

class Motor {
    func start() {}

    func start(_ speed: Int) {}
}

class Client: Acme.Session {
    private let registry = Acme.Registry()

    func fetch(_ url: String) {
        registry.find(url).start()
        registry.find(url).stop(1)
        registry.find(url).blink()
        print(url)
    }
}
