package use

import java.io.File
import store.Cache

class Main(private val cache: Cache) {
    fun load(key: String): String? {
        val file = File(key)
        file.delete()
        key.trim()
        cache.close()
        return cache.get(key)?.trim()
    }

    fun turn() {
        close()
    }

    private fun close() {}
}
