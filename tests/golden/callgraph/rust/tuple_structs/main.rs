struct Meters(u32);
struct Pair(Meters, Inner);
struct Inner;

impl Meters {
    fn get(&self) -> u32 {
        self.0
    }
}

impl Inner {
    fn touch(&self) {}
}

impl Pair {
    fn both(&self) {
        self.0.get();
        self.1.touch();
    }
}

fn build(n: u32) -> Meters {
    Meters(n)
}

fn main() {
    let m = Meters(3);
    m.get();
    let p = Pair(build(1), Inner);
    p.both();
    p.0.get();
    let Pair(first, second) = p;
    first.get();
    second.touch();
    let (a, b) = (build(2), Inner);
    a.get();
    b.touch();
    let make = Meters;
    make(4).get();
}
