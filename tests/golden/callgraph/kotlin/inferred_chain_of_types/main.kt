class Street {
    fun name() = "s"
}

class Address {
    val street = Street()
    val main get() = street

    fun find() = street
}

class Person(val address: Address?) {
    var friend: Person? = null
    lateinit var home: Address

    fun where(): String {
        friend?.where()
        home.find().name()
        return address!!.street.name()
    }
}

fun make() = Person(Address())

fun main() {
    val person = make()
    person.where()
    person.address?.find()?.name()
    person.home.main.name()
    val thing: Any = person
    (thing as Person).where()
    if (thing is Person) thing.where()
}
