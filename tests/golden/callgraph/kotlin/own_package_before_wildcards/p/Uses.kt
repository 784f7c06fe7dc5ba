package p

import a.*

class Uses {
    fun own(): Int = X().name()
    fun only(): Int = Y().name()
    fun given(x: X): Int = x.name()
    fun imported(): Int = lone()
    fun either(): Int = shared()
}
