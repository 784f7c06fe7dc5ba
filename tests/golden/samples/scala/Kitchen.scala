package org.supper
package kitchen

import java.nio.file.{Files, Path => FilePath, _}
import scala.collection.mutable
import scala.concurrent.Future
import org.supper.pantry._

/** What is cooked.
  *
  * @param name as on the card
  */
case class Dish(name: String, minutes: Int = 10) extends Served with Ordered[Dish] {
  def compare(that: Dish): Int = minutes - that.minutes

  /** Whether it takes less than that. */
  def quick(limit: Int): Boolean = minutes < limit
}

case object Nothing extends Served

/** Anything that is served. */
sealed trait Served extends Product with Serializable {
  self: Logged =>

  type Plate <: Object
  val guests: Int

  def weight: Double

  def label: String = s"dish ${weight.round} for $guests"
}

@deprecated("too hot", "2")
abstract class Kitchen[D <: Served](private val chef: Chef, var heat: Int = 3, pans: Int*)
    extends Room[D](chef.name)
    with Cleaned
    with org.supper.Heated {

  private val shelves: mutable.Map[String, List[D]] = mutable.Map.empty
  protected var left, right: Int = 0
  lazy val menu = Menu.load(chef)
  type Orders = List[D]

  /** A kitchen that is cold. */
  def this(chef: Chef) = this(chef, 0)

  /** Cooks one dish, unless the pan is taken. */
  @throws[BurnException]("when too hot")
  def cook(dish: D, times: Int)(implicit clock: Clock): Future[Int] = {
    val pan = pans.headOption.getOrElse(1)
    var done = 0
    if (heat > 3 && dish.weight > 2 || closed) {
      super.clean(dish)
      return Future.successful(0)
    }
    for (shelf <- shelves.values if shelf.nonEmpty; plate = shelf.head) {
      plate.serve(pan)
    }
    while (done < times) {
      done += 1
    }
    dish match {
      case Dish(name, m) if m > 3 => println(name)
      case other: Served => other.label
      case _ => log.warn("?")
    }
    try {
      heat = heat + 1
      this.left = done
      chef.hands.left.busy = true
    } catch {
      case e: BurnException => throw new Alarm(e.getMessage)
      case _: Exception => ()
    } finally clean()
    clock.tick().map(_ => done)
  }

  def cook(dish: D): Future[Int] = cook(dish, 1)

  protected[kitchen] def orders(names: List[String]): Orders

  def clean(): Unit = {
    val task = new Thread(new Runnable {
      override def run(): Unit = sweep()
    })
    task.start()
    shelves("top") = Nil
    def sweep(): Unit = shelves.foreach { case (name, dishes) =>
      dishes.foreach(dish => println(dish))
    }
    val sizes = shelves.values.map(_.size).toList.sorted
    sizes reduce add
  }

  private def add(a: Int, b: Int) = a + b
}

/** Opens kitchens. */
object Kitchen {
  val Limit = 12
  private[supper] var opened = 0

  def apply(name: String): Kitchen[Dish] = {
    opened += 1
    new HomeKitchen(new Chef(name))
  }

  def unapply(kitchen: Kitchen[Dish]): Option[Int] = Some(kitchen.heat)

  implicit class Minutes(val n: Int) extends AnyVal {
    def minutes: Int = n * 60
  }
}

final class HomeKitchen(chef: Chef) extends Kitchen[Dish](chef) {
  val guests = 4
  override def orders(names: List[String]) = names.map(name => Dish(name))
}

/** Where one sits. */
enum Seat(val price: Int) extends Priced {
  case Bench extends Seat(1)
  case Chair, Stool

  def dear: Boolean = price > 2
}

given dishOrdering: Ordering[Dish] with {
  def compare(a: Dish, b: Dish): Int = a.compare(b)
}

extension (dish: Dish)
  def twice: Dish = dish.copy(minutes = dish.minutes * 2)

package object tools {
  def sharpen(knife: Knife): Knife = knife.sharpened
}

class Waiter(tables: Int):
  private var tips = 0

  /** Brings a dish. */
  def bring(dish: Dish, table: Int): Int =
    val steps = table * 3
    tips += 1
    if steps > tables then rest() else walk(steps)

class KitchenSpec extends AnyFunSuite {
  test("a kitchen cooks") {
    val kitchen = Kitchen("home")
    assert(kitchen.menu.dishes.head.quick(3))
  }
}
