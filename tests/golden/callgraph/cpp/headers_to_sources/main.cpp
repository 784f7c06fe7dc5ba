#include "account.h"

int main() {
    bank::Account a(3);
    a.deposit(2);
    auto *b = new bank::Account(4);
    b->total();
    delete b;
    return bank::fee(3);
}
