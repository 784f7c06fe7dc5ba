pub struct App<'a> {
    name: &'a str,
    count: usize,
}

pub type Command<'a> = App<'a>;

pub trait Rows {
    fn insert(&mut self, key: &str) -> bool;
}

impl<'a> Rows for App<'a> {
    fn insert(&mut self, key: &str) -> bool {
        self.insert(key)
    }
}

impl<'a> App<'a> {
    pub fn new(name: &'a str) -> Self {
        App { name, count: 0 }
    }

    pub fn version(self, text: &str) -> Self {
        self
    }

    pub fn insert(&mut self, key: &str) -> bool {
        self.count += 1;
        true
    }
}
