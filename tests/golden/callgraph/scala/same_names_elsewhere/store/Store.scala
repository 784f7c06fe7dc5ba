package store

class Cache {
  def get(key: String): String = null

  def close(): Unit = {}
}

class Door {
  def get(key: String): String = key

  def close(): Unit = turn()

  private def turn(): Unit = {}
}
