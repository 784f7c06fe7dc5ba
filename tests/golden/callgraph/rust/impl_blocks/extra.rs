use super::Account;

impl Account {
    pub fn total(&self) -> i64 {
        self.balance
    }
}
