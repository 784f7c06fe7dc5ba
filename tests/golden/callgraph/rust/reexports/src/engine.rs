pub struct Engine;

impl Engine {
    pub fn build() -> Engine {
        Engine
    }

    pub fn go(&self) {
        start();
    }
}

pub fn start() {}
