mod extra;

pub struct Account {
    balance: i64,
    log: Log,
}

#[derive(Default)]
pub struct Log {
    lines: usize,
}

impl Log {
    fn add(&mut self) {
        self.lines += 1;
    }
}

impl Account {
    const START: i64 = 0;

    fn open() -> Self {
        Self::with(Self::START)
    }

    fn with(balance: i64) -> Self {
        Self { balance, log: Log { lines: 0 } }
    }

    fn deposit(&mut self, n: i64) {
        self.log.add();
        self.change(n);
    }
}

impl Account {
    fn change(&mut self, n: i64) {
        self.balance += n;
        Account::audit(self);
    }

    fn audit(&self) -> i64 {
        self.total()
    }
}

fn main() {
    let mut a = Account::open();
    a.deposit(3);
    Account::deposit(&mut a, 4);
    let audit = Account::audit;
    audit(&a);
}
