protocol Animal {
    func name() -> String
}

struct Dog: Animal {
    func name() -> String { bark() }

    func bark() -> String { "wuff" }
}

struct Box<T: Animal> {
    let content: T

    func open() -> T {
        content.name()
        return content
    }
}

func tell<A: Animal>(_ animal: A) {
    animal.name()
}

func show<A>(_ animal: A) where A: Animal {
    animal.name()
}

func start() {
    let box: Box<Dog> = Box<Dog>(content: Dog())
    box.open().bark()
    tell(box.open())
    let dogs: [Dog] = [Dog()]
    for dog in dogs {
        dog.bark()
    }
}
