class Job {
    let name: String

    init(name: String) {
        self.name = name
        Job.log(name)
    }

    func run() {
        prepare()
        work()
        finish()
    }

    func prepare() {}

    func work() {}

    final func finish() {}

    static func log(_ line: String) {}
}

class Print: Job {
    init() {
        super.init(name: "print")
    }

    override func prepare() {
        super.prepare()
        paper()
    }

    override func work() {}

    func paper() {}
}

class Colour: Print {
    override func paper() {
        super.paper()
        self.prepare()
    }
}

func start() {
    let colour = Colour()
    colour.run()
    colour.work()
    let job: Job = colour
    job.prepare()
}
