fn outer() -> i32 {
    fn inner(n: i32) -> i32 {
        leaf(n)
    }
    fn leaf(n: i32) -> i32 {
        n
    }
    struct Local;
    impl Local {
        fn go(&self) -> i32 {
            inner(2)
        }
    }
    Local.go();
    inner(1)
}

fn inner(n: i32) -> i32 {
    n
}

fn leaf(n: i32) -> i32 {
    inner(n)
}

fn main() {
    outer();
    inner(3);
    leaf(4);
    const LIMIT: i32 = 3;
    let f = {
        fn leaf() -> i32 {
            LIMIT
        }
        leaf
    };
    f();
}
