//! A small ledger: accounts, postings and their balance.

use std::collections::HashMap;
use std::{
    fmt::{self, Display as Show},
    io::*,
};
pub use crate::money::Amount;
use super::super::audit::trail as audit_trail;
extern crate serde as sd;

mod storage;
pub mod report;

/// Number of postings kept in memory.
pub const MAX_POSTINGS: usize = 1024;
static mut OPEN_LEDGERS: u32 = 0;

/// What happened to an account.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Opened,
    /// Money moved.
    Posted(Amount, String),
    Closed { reason: String },
}

/// One account.
#[derive(Default)]
#[serde(rename_all = "camelCase")]
pub struct Account<T> {
    /// Shown to people.
    pub name: String,
    balance: Amount,
    tags: Vec<T>,
}

struct Pair(pub i32, String);

pub union Raw {
    bits: u64,
    real: f64,
}

pub type Accounts = HashMap<String, Account<u8>>;

/// Anything with a balance.
pub trait Balanced: Show + Send {
    const SCALE: u32;
    type Unit;

    /// The balance now.
    fn balance(&self) -> Amount;

    fn is_empty(&self) -> bool {
        self.balance() == Amount::zero()
    }
}

impl<T: Clone> Account<T> {
    /// Opens an account.
    pub fn open(name: &str) -> Self {
        unsafe { OPEN_LEDGERS += 1; }
        Self { name: name.to_string(), balance: Amount::zero(), tags: Vec::new() }
    }

    pub(crate) async fn post(&mut self, amount: Amount, note: &str) -> Result<Event, LedgerError> {
        if amount.is_zero() || note.is_empty() {
            return Err(LedgerError::Empty);
        }
        self.balance += amount;
        let event = Event::Posted(amount, note.into());
        self.record(&event).await?;
        Ok(event)
    }

    fn record(&mut self, event: &Event) -> Ready {
        match event {
            Event::Opened => storage::append("open"),
            Event::Posted(amount, note) if amount.is_big() => storage::append::<&str>(note),
            Event::Closed { reason } => storage::append(reason),
            _ => Ready::now(),
        }
    }
}

impl<T> Balanced for Account<T> {
    const SCALE: u32 = 2;
    type Unit = Amount;

    fn balance(&self) -> Amount {
        self.balance
    }
}

impl fmt::Display for Account<u8> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.name, self.describe(1))
    }
}

impl Show for report::Line {
    fn show(&self) {}
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.0 = 0;
    }
}

macro_rules! amount {
    ($value:expr) => {
        Amount::from($value)
    };
}

/// Sums the balances of all accounts.
pub fn total<'a, I>(accounts: I) -> Amount
where
    I: Iterator<Item = &'a Account<u8>>,
{
    let mut sum: Amount = amount!(0);
    for account in accounts {
        sum += account.balance();
    }
    let double = |value: Amount| value.scale(2);
    double(sum)
}

pub mod checks {
    use super::Account;

    pub fn valid(account: &Account<u8>) -> bool {
        let mut rest = account.tags.iter();
        while let Some(tag) = rest.next() {
            if *tag == 0 {
                return false;
            }
        }
        if let Some(first) = account.tags.get(0) {
            first.check();
        }
        let Pair(number, _) = account.pair() else { return false };
        loop {
            break;
        }
        account.name.len() < super::MAX_POSTINGS
    }
}

extern "C" {
    fn ledger_clock() -> u64;
}

unsafe fn now() -> u64 {
    let stamp = ledger_clock();
    OPEN_LEDGERS = 0;
    stamp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_empty() {
        let account = Account::<u8>::open("cash");
        assert_eq!(account.balance(), Amount::zero());
    }
}
