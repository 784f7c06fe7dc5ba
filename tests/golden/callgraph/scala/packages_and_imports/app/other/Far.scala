package app
package other

object Far {
  def far(): Int = near()

  private def near(): Int = { Neighbour.greet(); 1 }
}
