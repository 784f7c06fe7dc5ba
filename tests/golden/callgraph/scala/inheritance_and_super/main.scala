abstract class Job(val name: String) {
  def run(): Unit = {
    prepare()
    work()
    finish()
  }

  def prepare(): Unit = {}

  def work(): Unit

  final def finish(): Unit = {}
}

class Print extends Job("print") {
  override def prepare(): Unit = {
    super.prepare()
    paper()
  }

  def work(): Unit = {}

  def paper(): Unit = {}
}

class Colour extends Print {
  override def paper(): Unit = {
    super.paper()
    this.prepare()
  }
}

object Main {
  def main(): Unit = {
    val colour = new Colour()
    colour.run()
    colour.work()
    val job: Job = colour
    job.prepare()
  }
}
