pub mod shapes;

use self::shapes::Square;

pub fn area(side: u32) -> u32 {
    check(side);
    side * side
}

fn check(side: u32) {
    Square::new(side);
}
