#include <map>

namespace shop {

class Cart {
  int count = 0;
  int size() const { return count; }
  int total(int a, const T &c);
};

int Cart::total(int a, const T &c = 1) {
  int &alias = a;
  alias = 2;
  for (auto &[k, v] : items) { count += v; }
  for (size_t i = 0; i < 3; ++i) { if (c[i]) continue; }
  try { g->h(); } catch (const E &e) { log(e); } catch (...) { throw; }
  this->count = a ? b : c.size();
  Cart::shared = 1;
  auto t = [&a, this](int k) mutable { return k + a + count; };
  if (auto it = m.find(1); it != m.end()) { use(it->second); }
  T *n = new T(a);
  delete n;
  auto [first, second] = split(a);
  std::vector<int> xs{first, second};
  xs.push_back(t(1));
  return static_cast<int>(xs[0]) + std::max(first, second);
}

}
