#include "account.h"

namespace bank {
static int clamp(int n) { return n < 0 ? 0 : n; }

Account::Account(int start) : balance_(clamp(start)) {}

Account::~Account() { deposit(0); }

void Account::deposit(int n) { balance_ += clamp(n) - fee(n); }

int Account::bonus() const { return 1; }

int fee(int n) { return n / 10; }
}  // namespace bank
