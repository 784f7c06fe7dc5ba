struct Cursor {
    left: u8,
}

impl Iterator for Cursor {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        None
    }
}

struct Bag {
    items: Vec<u8>,
}

impl Bag {
    fn cursor(&self) -> Cursor {
        Cursor { left: 1 }
    }
}

impl IntoIterator for Bag {
    type Item = u8;
    type IntoIter = Cursor;

    fn into_iter(self) -> Cursor {
        Cursor { left: 3 }
    }
}

fn take(bag: Bag) {
    for each in bag {
        let _ = each;
    }
}

fn look(bag: &Bag) {
    for each in bag.cursor() {
        let _ = each;
    }
}

fn go_on(mut cursor: Cursor) {
    for each in &mut cursor {
        let _ = each;
    }
}

fn plain(items: Vec<u8>) {
    for each in items {
        let _ = each;
    }
    for each in 0..3 {
        let _ = each;
    }
}

fn main() {
    let bag = Bag { items: Vec::new() };
    look(&bag);
    take(bag);
    go_on(Cursor { left: 2 });
    plain(Vec::new());
}
