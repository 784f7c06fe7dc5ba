package main

type Number interface{ ~int | ~float64 }

type Stringer interface{ Text() string }

type Label struct{ s string }

func (l Label) Text() string { return l.s }

func Sum[T Number](items []T) T {
	var total T
	for _, item := range items {
		total += T(item)
	}
	return total
}

func Join[S Stringer](items []S) string {
	out := ""
	for _, item := range items {
		out += item.Text()
	}
	return out
}

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(item T) { s.items = append(s.items, item) }
func (s *Stack[T]) Pop() T {
	return s.items[len(s.items)-1]
}

func NewStack[T any]() *Stack[T] { return &Stack[T]{} }

func Map[A, B any](in []A, f func(A) B) []B {
	var out []B
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}

func size(l Label) int { return len(l.s) }

func main() {
	Sum([]int{1})
	Sum[float64](nil)
	Join([]Label{{"a"}})
	s := NewStack[Label]()
	s.Push(Label{"b"})
	s.Pop().Text()
	var t Stack[int]
	t.Push(1)
	Map([]Label{{"c"}}, size)
}
