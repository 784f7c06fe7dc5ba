package use

import java.io.File
import store.Cache

class Main(cache: Cache) {
  def load(key: String): String = {
    val file = new File(key)
    file.close()
    key.trim()
    cache.close()
    cache.get(key)
  }

  def turn(): Unit = close()

  private def close(): Unit = {}
}
