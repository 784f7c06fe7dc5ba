interface Sound {
    fun play()
}

class Horn : Sound {
    override fun play() {
        blow()
    }

    private fun blow() {}
}

class Car(private val sound: Sound) : Sound by sound {
    fun drive() {
        sound.play()
    }
}

fun quiet(): Sound = object : Sound {
    override fun play() {
        hush()
    }

    fun hush() {}
}

fun main() {
    Car(Horn()).drive()
    quiet().play()
}
