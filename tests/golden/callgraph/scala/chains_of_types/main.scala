class Street {
  def name(): String = "s"
}

class Address {
  val street = new Street

  def find(): Street = street
}

class Person(val address: Address) {
  var friend: Person = null
  lazy val home = new Address()

  def where(): String = {
    friend.where()
    home.find().name()
    address.street.name()
  }
}

object People {
  def make() = new Person(new Address)

  def all(): Unit = {
    val person = make()
    person.where()
    person.address.find().name()
    person.home.street.name()
    make().friend.where()
    person.asInstanceOf[Person].where()
  }
}
