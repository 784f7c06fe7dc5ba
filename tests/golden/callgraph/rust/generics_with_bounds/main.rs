trait Score {
    fn score(&self) -> i32;
}

trait Named {
    fn name(&self) -> i32 {
        0
    }
}

struct A;
struct B;

impl Score for A {
    fn score(&self) -> i32 {
        1
    }
}

impl Named for A {}

impl Score for B {
    fn score(&self) -> i32 {
        2
    }
}

fn best<T: Score>(items: &[T]) -> i32 {
    items[0].score()
}

fn both<T>(t: &T) -> i32
where
    T: Score + Named,
{
    t.score() + t.name()
}

fn anything(x: impl Score) -> i32 {
    x.score()
}

struct Holder<T: Score> {
    inner: T,
}

impl<T: Score> Holder<T> {
    fn new(inner: T) -> Self {
        Holder { inner }
    }

    fn run(&self) -> i32 {
        self.inner.score()
    }
}

fn main() {
    best(&[A]);
    both::<A>(&A);
    anything(B);
    let h = Holder::new(A);
    h.run();
    Holder::<B>::new(B).run();
}
