fn up(n: i32) -> i32 { n + 1 }
fn down(n: i32) -> i32 { n - 1 }
fn stay(n: i32) -> i32 { n }
fn log(n: i32) -> i32 { n }

const STEPS: [fn(i32) -> i32; 2] = [up, down];
static LISTED: &[fn(i32) -> i32] = &[down, stay];

fn at(i: usize) -> i32 { STEPS[i](1) }

fn in_list(i: usize) -> i32 { LISTED[i](1) }

fn each() -> i32 {
    let mut total = 0;
    for f in STEPS {
        total += f(1);
    }
    total
}

fn local() -> i32 {
    let own = [stay];
    own[0](1)
}

fn made() -> i32 {
    let own: Vec<fn(i32) -> i32> = vec![up, stay];
    own[0](1)
}

struct Bus {
    listeners: Vec<fn(i32) -> i32>,
}

impl Bus {
    fn on(&mut self, f: fn(i32) -> i32) { self.listeners.push(f); }

    fn fire(&self) -> i32 {
        let mut total = 0;
        for f in &self.listeners {
            total += f(1);
        }
        total
    }
}

fn main() {
    let mut bus = Bus { listeners: Vec::new() };
    bus.on(log);
    bus.fire();
    at(0);
    in_list(0);
    each();
    local();
    made();
}
