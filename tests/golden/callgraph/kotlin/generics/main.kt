interface Animal {
    fun name(): String
}

class Dog : Animal {
    override fun name() = bark()

    fun bark() = "wuff"
}

class Box<T : Animal>(private val content: T) {
    fun open(): T {
        content.name()
        return content
    }
}

fun <A : Animal> tell(animal: A) {
    animal.name()
}

fun main() {
    val box: Box<Dog> = Box(Dog())
    box.open().bark()
    tell(box.open())
    val dogs = mutableListOf<Dog>()
    dogs.add(Dog())
    for (dog: Dog in dogs) dog.bark()
}
