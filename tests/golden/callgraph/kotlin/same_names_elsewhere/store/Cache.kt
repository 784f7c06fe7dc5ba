package store

class Cache {
    fun get(key: String): String? = null

    fun close() {}
}
