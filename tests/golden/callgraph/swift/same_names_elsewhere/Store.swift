class Cache {
    func get(_ key: String) -> String? { nil }

    func close() {}
}

class Door {
    func get(_ key: String) -> String { key }

    func close() {
        turn()
    }

    private func turn() {}
}
