package model

class Page {
    fun size() = 1
}
