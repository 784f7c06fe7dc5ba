use std::collections::HashMap;
use std::fmt;

struct Money(i64);

impl Money {
    fn cents(&self) -> i64 {
        self.0 as i64
    }
}

impl From<i64> for Money {
    fn from(n: i64) -> Self {
        Money(n)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.cents())
    }
}

impl Drop for Money {
    fn drop(&mut self) {
        log(1);
    }
}

fn log(n: i64) {
    let _ = n as u8;
}

fn main() {
    let m = Money::from(3);
    m.cents();
    let mut map: HashMap<String, Money> = HashMap::new();
    map.insert("a".to_string(), Money(1));
    map["a"].cents();
    for (_, v) in map.iter() {
        v.cents();
    }
    let n = m.cents() as u64;
    log(n as i64);
}
