macro_rules! square {
    ($x:expr) => {
        multiply($x, $x)
    };
}

mod maths {
    #[macro_export]
    macro_rules! cube {
        ($x:expr) => {
            $x * $x * $x
        };
    }

    pub fn one() -> i32 {
        1
    }
}

fn multiply(a: i32, b: i32) -> i32 {
    a * b
}

fn value() -> i32 {
    2
}

fn main() {
    square!(value());
    println!("{}", maths::one());
    assert_eq!(value(), 2, "text {}", multiply(1, 2));
    let v = vec![value(), 3];
    let s = format!("{}", v.len());
    drop(s);
    cube!(3);
}
