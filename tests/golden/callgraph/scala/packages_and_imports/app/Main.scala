package app

import app.model.Order
import app.model.{Order => Bill}
import app.tools.Text._
import app.tools.Maths

object Main {
  def main(args: Array[String]): Unit = {
    val order = new Order
    order.total()
    new Bill().total()
    shout("a")
    Maths.twice(2)
    Neighbour.greet()
    app.other.Far.far()
  }
}
