fn helper(n: i32) -> i32 {
    n
}

fn apply<F: Fn(i32) -> i32>(f: F, n: i32) -> i32 {
    f(n)
}

fn apply_dyn(f: &dyn Fn(i32) -> i32) -> i32 {
    f(1)
}

fn apply_ptr(f: fn(i32) -> i32) -> i32 {
    f(2)
}

fn make(k: i32) -> impl Fn(i32) -> i32 {
    move |n| helper(n + k)
}

struct Button {
    on_click: fn(i32) -> i32,
}

fn main() {
    let add = |n: i32| helper(n) + 1;
    add(2);
    apply(add, 3);
    apply(helper, 4);
    apply_dyn(&helper);
    apply_ptr(helper);
    let m = make(5);
    m(6);
    let b = Button { on_click: helper };
    (b.on_click)(7);
    apply(|n| helper(n), 8);
}
