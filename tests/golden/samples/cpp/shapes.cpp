/// @file
/// Shapes that draw themselves on a canvas.
#include <cmath>
#include <memory>
#include <string>
#include <vector>
#include "canvas.hpp"

#define SHAPES_LIMIT 128
#define SQUARED(x) ((x) * (x))

namespace geo {

using std::string;
using namespace std::literals;
using Names = std::vector<std::string>;
typedef double Real;

inline namespace v2 {
constexpr int kMajor = 2;
}

namespace {
int live_shapes = 0;
}

/// How a shape is filled.
enum class Fill : unsigned char { None, Solid, Hatched = 4 };

template <typename T>
concept Drawable = requires(T shape) { shape.draw(); };

/**
 * Anything that can be drawn.
 */
class Shape : public Printable, private virtual detail::Counted<Shape> {
 public:
  explicit Shape(std::string name) : Printable(name), name_(std::move(name)) { ++live_shapes; }
  Shape(const Shape&) = delete;
  virtual ~Shape();

  /// The area in square units.
  virtual Real area() const = 0;
  virtual void draw(Canvas& canvas) const;
  static Shape* parse(const std::string& text);
  const std::string& name() const noexcept { return this->name_; }
  bool operator==(const Shape& other) const { return area() == other.area(); }
  explicit operator bool() const { return !name_.empty(); }
  Shape& operator=(Shape&&) = default;

  struct Style {
    Fill fill{Fill::None};
    int width = 1;
  };

 protected:
  Style style_;

 private:
  std::string name_;
  std::unique_ptr<Canvas> cache_;
  static int instances_;
  friend class Scene;
};

int Shape::instances_ = 0;

Shape::~Shape() { live_shapes--; }

/// Draws the outline only.
void Shape::draw(Canvas& canvas) const {
  canvas.pen().move(0, 0);
  if (style_.fill == Fill::Solid && area() > 0) {
    canvas.fill(*this);
  }
}

class Circle final : public Shape {
 public:
  Circle(Real radius, Fill fill = Fill::None);
  Real area() const override { return M_PI * SQUARED(radius_); }
  Real radius_ = 1.0;
};

Circle::Circle(Real radius, Fill fill) : Shape("circle"), radius_(radius) {
  style_.fill = fill;
}

template <typename T, int N = 4>
class Pool {
 public:
  template <class... Args>
  T* make(Args&&... args) {
    items_.push_back(std::make_unique<T>(std::forward<Args>(args)...));
    return items_.back().get();
  }
  auto size() const -> std::size_t;
  std::vector<std::unique_ptr<T>> items_;
};

template <typename T, int N>
auto Pool<T, N>::size() const -> std::size_t {
  return items_.size();
}

template <>
struct Pool<bool, 1> {
  unsigned bits;
};

union Word {
  int number;
  float real;
};

}  // namespace geo

namespace geo::io {

[[nodiscard]] static int count_lines(const std::string& text) {
  int lines = 0;
  for (const auto& letter : text) {
    lines += letter == '\n' ? 1 : 0;
  }
  return lines;
}

Shape* load(const std::string& path) try {
  auto reader = Reader::open(path);
  auto keep = [&reader](const std::string& line) { return reader->accepts(line); };
  while (reader->next()) {
    if (!keep(reader->line())) continue;
    switch (reader->kind()) {
      case 1: return new Circle(reader->number<Real>(0));
      default: break;
    }
  }
  throw std::runtime_error("empty");
} catch (const std::exception& error) {
  log::warn(error.what());
  return nullptr;
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  return out << shape.name();
}

}  // namespace geo::io

extern "C" {
int geo_abi_version(void);
}

geo::Shape* geo::Shape::parse(const std::string& text) {
  Pool<Circle> pool;
  Circle unit{1.0};
  Circle other(2.0, Fill::Solid);
  const auto& [first, second] = split(text);
  return pool.make(std::stod(first));
}

int main(int argc, char** argv) {
  int total = 0;
  std::vector<geo::Shape*> shapes;
  for (int i = 0; i < argc; ++i) {
    shapes.push_back(geo::io::load(argv[i]));
    total = total + geo::io::count_lines(argv[i]);
  }
  delete shapes.front();
  return total;
}
