#pragma once

namespace bank {
class Account {
  public:
    explicit Account(int start);
    ~Account();
    void deposit(int n);
    int total() const { return balance_ + bonus(); }

  private:
    int bonus() const;
    int balance_;
};

int fee(int n);
}  // namespace bank
