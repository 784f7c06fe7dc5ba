case class Page(body: String) {
  def size(): Int = 1
}

extension (page: Page)
  def words(): Int = page.size()
  def double(times: Int): Page = Page(page.body)

class Book {
  def words(): Int = 0
}

object Main {
  def main(): Unit = {
    val page = Page("a")
    page.words()
    page.double(2).words()
    new Book().words()
  }
}
