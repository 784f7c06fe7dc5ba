import com.acme.Registry
import com.acme.Session

class Plug {
    fun start() {}

    fun stop(code: Int) {}
}

class Motor {
    fun start() {}

    fun start(speed: Int) {}
}

class Client : Session("client") {
    private val registry = Registry()

    fun fetch(url: String) {
        registry.find(url).start()
        registry.find(url).stop(1)
        registry.find(url).blink()
        connect(url)
        println(url)
    }
}
