struct Row {
    int id() const { return 1; }
};

struct Table {
    Row first() { return Row(); }
    const Row &last() const { return row_; }
    Table &where(int n) { return *this; }
    auto pick() -> Row * { return &row_; }
    Row row_;
};

Table open() { return Table(); }

struct Other {
    int id() const { return 2; }
};

int main() {
    auto t = open();
    auto r = t.first();
    r.id();
    const auto &l = t.last();
    l.id();
    t.where(1).where(2).first().id();
    auto *p = t.pick();
    p->id();
    auto o = Other();
    o.id();
    auto q = new Row;
    q->id();
    if (auto s = t.pick()) s->id();
    return open().last().id();
}
