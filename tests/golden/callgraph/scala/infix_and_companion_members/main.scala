class Decoder {
  def onError(action: String): Decoder = this
  def replaceWith(text: String): Decoder = this
}

class Codec(action: String) {
  def onError(action: String): Codec = this

  def decoder(): Decoder = {
    val made = new Decoder()
    if (action ne null) made onError action
    made replaceWith "?"
    made
  }

  def both(first: Decoder, second: Codec): Unit = {
    (first onError "a") replaceWith "b"
    second onError "c"
    this onError "d"
  }
}

object Codec {
  def empty: Codec = new Codec("")
  def named(name: String): Codec = new Codec(name)
}

class Registry {
  def empty: Registry = new Registry
  def codec: Codec = Codec.empty
  def named(name: String): Codec = Codec named name
}

object Registry {
  def empty: Registry = new Registry
  def start: Registry = Registry.empty
}
