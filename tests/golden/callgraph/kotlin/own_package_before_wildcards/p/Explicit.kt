package p

import a.X

class Explicit {
    fun named(): Int = X().name()
}
