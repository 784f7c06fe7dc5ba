mod geometry;
mod text;

use geometry::{area, shapes::Square};
use text as t;

fn main() {
    let s = Square::new(2);
    area(s.side());
    t::clean("x");
    geometry::shapes::Square::new(3);
    crate::text::inner::deep();
    self::local();
}

fn local() {
    text::clean("y");
}
