class Cart {
  private items: Item[] = [];
  total(a: number, {b, c: [d], ...r} = {}, ...rest: string[]) {
    let sum = 0, n = a ?? d;
    outer: for (let i = 0; i < 3; i++) {
      for (const [k, v] of Object.entries(this.items)) {
        if (!v) continue outer;
        sum += v.price * k;
      }
    }
    for (;;) { if (n-- < 0) break; }
    switch (n) {
      case 1: sum = 1;
      case 2: sum = 2; break;
      default: this.log(sum);
    }
    try { g?.h(); } catch (e) { sum = e.code; } finally { this.done = true; }
    const later = async x => await this.send(x, sum);
    function hoisted() { return sum; }
    { let sum = 5; this.log(sum); }
    var w = hoisted();
    n ||= 1;
    delete this.items[0];
    do { w = w && f(n); } while (w);
    if (w) { throw new Error(`bad ${w}`); } else if (n) return null; else n = 2;
    return (sum as any)!.b[0] ? later : {w, n};
  }
}
