package text

class Book {
    fun words() = 0
}

fun main() {
    val page = Page("a")
    page.words()
    page.double().words()
    "b".toPage().size()
    Book().words()
}
