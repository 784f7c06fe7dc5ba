sealed trait Event {
  def handle(): Unit
}

case class Click(x: Int, y: Int) extends Event {
  def handle(): Unit = move(x)

  def move(by: Int): Click = copy(x = by)
}

case object Quit extends Event {
  def handle(): Unit = stop()

  private def stop(): Unit = {}
}

object Main {
  def react(event: Event): Unit = event match {
    case click: Click => click.move(1)
    case Click(x, y) => ()
    case other => other.handle()
  }

  def main(): Unit = {
    val click = Click(1, 2)
    click.move(3).handle()
    react(Quit)
    Quit.handle()
  }
}
