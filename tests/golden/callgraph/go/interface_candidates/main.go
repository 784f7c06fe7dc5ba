package main

type Shape interface {
	Area() float64
	Name() string
}

type Circle struct{ r float64 }
type Square struct{ side float64 }
type Farm struct{}

func (c Circle) Area() float64  { return c.r }
func (c Circle) Name() string   { return "circle" }
func (s *Square) Area() float64 { return s.side }
func (s *Square) Name() string  { return "square" }
func (f Farm) Area() float64    { return 10 }

func total(shapes []Shape) float64 {
	sum := 0.0
	for _, shape := range shapes {
		sum += shape.Area()
	}
	return sum
}

func label(s Shape) string { return s.Name() }

func main() {
	total([]Shape{Circle{1}, &Square{2}})
	label(Circle{3})
	Farm{}.Area()
}
