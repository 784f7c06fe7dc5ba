struct Order {
    func total() -> Int {
        return price()
    }

    private func price() -> Int { 1 }
}
