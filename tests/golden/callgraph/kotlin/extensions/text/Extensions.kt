package text

class Page(val body: String) {
    fun size() = body.length
}

fun Page.words(): Int = size() + this.size()

fun Page.double(): Page = Page(body + body)

fun String.toPage() = Page(this)
