class Box {
  def open(): Unit = {}
}

object Names {
  type Kept = Box
  type Text = String

  def use(kept: Kept, text: Text): Int = {
    kept.open()
    val made = new Kept
    made.open()
    text.length()
  }
}
