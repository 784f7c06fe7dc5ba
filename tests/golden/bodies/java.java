package shop;

class Cart {
  private int count = 0;
  static int total;

  int f(int a, String... b) {
    for (int i = 0, j = 1; i < 3; i++, j--) { count += i; }
    outer:
    for (String s : b) {
      if (s == null || s.isEmpty()) continue outer;
      this.count = count + s.length();
    }
    switch (a) {
      case 1:
      case 2: a = 1; break;
      default: log(a);
    }
    int r = switch (a) { case 1 -> 2; default -> { yield count; } };
    switch (a) {
      case 1 -> r = 3;
      default -> { r = 4; }
    }
    try (Reader q = open(); other) { r = q.read(); } catch (IOError | Bad e) { throw new Bad(e); } finally { close(); }
    synchronized (lock) { this.v = 1; }
    assert a > 0 : "m";
    Runnable t = () -> total(a, r);
    Object o = new Foo(a) { void m() { use(r); } };
    int[] n = new int[]{1, a};
    n[0]++;
    if (o instanceof String str && str.length() > 1) return n[a]; else { n[1] = r; }
    do { a--; } while (a < 1);
    { int r2 = a; a = r2; }
    final int z = a > 1 ? count : (int) r;
    return z;
  }
}
