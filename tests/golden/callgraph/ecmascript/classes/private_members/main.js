class Account {
  #total = 0;
  #hook = () => this.#audit();
  add(n) { this.#check(n); this.#hook(); }
  #check(n) { return Account.#rule(n); }
  #audit() {}
  static #rule(n) { return n > 0; }
}
new Account().add(1);
