struct Page {
    let body: String

    func size() -> Int { 1 }
}
