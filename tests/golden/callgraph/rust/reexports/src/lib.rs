mod engine;
pub mod api;

pub use engine::Engine;
pub use engine::start as begin;

pub fn run() {
    let e = Engine::build();
    e.go();
    begin();
    api::call();
}
