fn size() -> i32 {
    1
}

fn load() -> i32 {
    2
}

fn check() -> Option<i32> {
    None
}

struct A;
struct B;

impl A {
    fn go(&self) {}
    fn next(&self) -> B {
        B
    }
}

impl B {
    fn go(&self) {}
}

fn after_use() {
    size();
    let size = size();
    let _ = size;
}

fn in_block() {
    {
        let load = 3;
        let _ = load;
    }
    load();
}

fn in_condition() {
    if let Some(load) = check() {
        let _ = load;
    }
    load();
    match check() {
        Some(size) => {
            let _ = size;
        }
        None => {
            size();
        }
    }
    size();
}

fn in_loop() {
    for load in 0..3 {
        let _ = load;
    }
    load();
}

fn rebinding() {
    let x = A;
    x.go();
    let x = x.next();
    x.go();
}

fn closure_parameter() {
    let f = |size: i32| size + 1;
    f(size());
}

fn main() {
    after_use();
    in_block();
    in_condition();
    in_loop();
    rebinding();
    closure_parameter();
}
