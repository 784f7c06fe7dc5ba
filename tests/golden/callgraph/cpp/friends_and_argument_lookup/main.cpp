namespace geo {
class Point {
    friend int dist(const Point &a);
    friend class Inspector;
    int x_ = 0;
};

int dist(const Point &a) { return a.x_; }
void swap(Point &a, Point &b) {}

class Inspector {
  public:
    int look(const Point &p) { return p.x_ + dist(p); }
};
}  // namespace geo

namespace other {
int dist(int n) { return n; }
}  // namespace other

int main() {
    geo::Point p;
    geo::Point q;
    swap(p, q);
    geo::Inspector i;
    i.look(p);
    return dist(p) + other::dist(1);
}
