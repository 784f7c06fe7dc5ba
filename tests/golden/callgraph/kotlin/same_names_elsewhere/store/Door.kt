package store

class Door {
    fun get(key: String) = key

    fun close() {
        turn()
    }

    private fun turn() {}
}
