use super::area;

pub struct Square {
    side: u32,
}

impl Square {
    pub fn new(side: u32) -> Self {
        super::super::text::clean("s");
        Square { side }
    }

    pub fn side(&self) -> u32 {
        area(self.side)
    }
}
