extension Page {
    func words() -> Int {
        return size() + self.size()
    }

    func double() -> Page { Page(body: body) }

    static func blank() -> Page { Page(body: "") }
}

extension String {
    func toPage() -> Page { Page(body: self) }
}
