mod a {
    pub struct Client;

    impl Client {
        pub fn new() -> Client {
            setup();
            Client
        }
        pub fn get(&self) -> i32 {
            1
        }
    }

    fn setup() {}
}

mod b {
    pub struct Client;

    impl Client {
        pub fn new() -> Self {
            setup();
            Self
        }
        pub fn get(&self) -> i32 {
            2
        }
    }

    fn setup() {}
}

use b::Client;

struct Both {
    left: a::Client,
    right: Client,
}

impl Both {
    fn get(&self) -> i32 {
        self.left.get() + self.right.get()
    }
}

fn first(c: &a::Client) -> i32 {
    c.get()
}

fn main() {
    let x = Client::new();
    x.get();
    let both = Both { left: a::Client::new(), right: x };
    both.get();
    first(&both.left);
    both.right.get();
}
