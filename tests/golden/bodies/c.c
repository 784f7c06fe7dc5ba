static int count;
enum { LIMIT = 3 };

int total(int a, char *b, struct item d[3]) {
  int x = 1, *p = &x, q[3] = {1}, w;
  for (int i = 0; i < 3; ++i) { count += i; }
  switch (a) {
  case 1:
  case LIMIT: x = 1; break;
  default: y(x);
  }
  *p = 3;
  p[0] += 2;
  d->next->value = a ? b[0] : w;
  (*d).value++;
  while (1) {
    if (q[1] && next(&w)) break;
  }
  if (x > 1) { int x = 5; use(x); } else if (a) goto end; else w = strlen(b);
  do { a--; } while (a > 0);
#ifdef DEBUG
  x = 2;
#else
  x = 3;
#endif
end:
  return (int)x + count;
}
