use crate::begin;
use crate::Engine as Motor;

mod prelude {
    pub use super::super::Engine;
    pub use crate::engine::start;
}

use prelude::*;

pub fn call() {
    begin();
    Motor::build().go();
    start();
    Engine::build();
}
