class Book {
    func words() -> Int { 0 }
}

func start() {
    let page = Page(body: "a")
    page.words()
    page.double().words()
    Page.blank().size()
    "b".toPage().size()
    Book().words()
}
