mod app;

use app::{Command, Rows};

fn start() -> Command {
    Command::new("a").version("1")
}

fn put(command: &mut Command, rows: &mut dyn Rows) {
    command.insert("k");
    rows.insert("k");
    Rows::insert(command, "z");
}

fn main() {
    let mut command = start();
    put(&mut command, &mut start());
}
