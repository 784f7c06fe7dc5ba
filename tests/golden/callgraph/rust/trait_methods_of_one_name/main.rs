trait Pilot {
    fn fly(&self);
}

trait Wizard {
    fn fly(&self);
    fn rest(&self) {
        self.fly();
    }
}

trait Super: Wizard {
    fn rise(&self) {
        self.fly();
        self.rest();
    }
}

struct Human;

impl Pilot for Human {
    fn fly(&self) {
        engine();
    }
}

impl Wizard for Human {
    fn fly(&self) {
        spell();
    }
}

impl Super for Human {}

impl Human {
    fn fly(&self) {
        arms();
    }
}

fn engine() {}
fn spell() {}
fn arms() {}

fn main() {
    let h = Human;
    h.fly();
    Pilot::fly(&h);
    Wizard::fly(&h);
    h.rise();
}
