import Foundation

class Loader {
    private let cache: Cache
    private let manager = FileManager()

    init(cache: Cache) {
        self.cache = cache
    }

    func load(_ key: String) -> String? {
        manager.close()
        key.trim()
        let other = Cache()
        other.close()
        turn()
        return cache.get(key)
    }

    private func turn() {
        close()
    }

    private func close() {}
}
