protocol Named {
    var name: String { get }
    func label() -> String
}

protocol Titled: Named {
    func title() -> String
}

class Item: Titled {
    var name: String { label() }

    func label() -> String { "item" }

    func title() -> String { "t" }
}

class Special: Item {
    override func label() -> String {
        return super.label()
    }
}

struct Printer {
    let source: Titled

    func show() {
        source.label()
        source.title()
    }

    func show(item: Item) {
        item.label()
    }
}

func start() {
    Printer(source: Special()).show()
}
