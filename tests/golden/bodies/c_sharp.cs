namespace Shop;

class Cart {
  int count = 0;

  int Total(int a, ref int b, params string[] c) {
    int x = 1, y;
    var t = (a, b);
    var (first, second) = t;
    for (int i = 0; i < 3; i++) { count += i; }
    foreach (var s in c) { if (s == null) continue; this.Log(s); }
    foreach (var (k, v) in d) { x = v; }
    switch (a) {
      case 1:
      case 2: x = 1; break;
      case > 3 when b > 1: goto case 1;
      default: Log(x); break;
    }
    var r = a switch { 1 => x, _ => 3 };
    try { g.H(out var o, ref x, k: 3); } catch (E e) when (e.Code > 1) { x = e.Code; } finally { Close(); }
    using (var q = Open()) { x = q.Read(); }
    using var q2 = Open();
    lock (sync) { this.v = 1; }
    Func<int, int> u = w => w + x + count;
    var n = new Foo(a) { P = 1 };
    n[0]++;
    n?.Run(x);
    if (o is string str && str.Length > 1) return 1; else throw new Bad();
    x ??= 1;
    int Local(int z) => z + x;
    do { a--; } while (a < 1);
    await Send(x);
    return Local(u(x));
  }

  int Size { get { return count; } set => count = value; }
}
