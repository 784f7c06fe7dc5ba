trait Animal {
  def name(): String
}

class Dog extends Animal {
  def name(): String = bark()

  def bark(): String = "wuff"
}

class Box[T <: Animal](content: T) {
  def open(): T = {
    content.name()
    content
  }
}

object Main {
  def tell[A <: Animal](animal: A): Unit = animal.name()

  def main(): Unit = {
    val box: Box[Dog] = new Box[Dog](new Dog)
    box.open().bark()
    tell(box.open())
    tell[Dog](new Dog)
  }
}
