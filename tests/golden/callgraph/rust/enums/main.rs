enum Shape {
    Circle(f64),
    Square { side: f64 },
    Empty,
}

use Shape::Empty;

impl Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Circle(r) => circle(*r),
            Self::Square { side } => square(*side),
            Empty => 0.0,
        }
    }

    fn unit() -> Self {
        Self::Circle(1.0)
    }
}

enum Command {
    Run(Job),
    Stop,
}

struct Job;

impl Job {
    fn start(&self) {}
}

fn circle(r: f64) -> f64 {
    r
}

fn square(s: f64) -> f64 {
    s
}

fn execute(c: Command) {
    match c {
        Command::Run(job) => job.start(),
        Command::Stop => {}
    }
}

fn main() {
    Shape::unit().area();
    let s = Shape::Square { side: 2.0 };
    s.area();
    Shape::Circle(3.0).area();
    Shape::Empty.area();
    execute(Command::Run(Job));
    execute(Command::Stop);
}
