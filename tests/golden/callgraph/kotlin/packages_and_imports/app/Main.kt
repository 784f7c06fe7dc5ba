package app

import app.model.Order
import app.model.Order as Bill
import app.tools.*
import app.tools.twice as double

fun main() {
    val order = Order()
    order.total()
    Bill().total()
    shout("a")
    double(2)
    greet()
    app.other.far()
}
