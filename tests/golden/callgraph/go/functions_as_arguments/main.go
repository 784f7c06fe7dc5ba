package main

type Op func(int) int

func double(n int) int { return n * 2 }
func square(n int) int { return n * n }

func apply(f func(int) int, n int) int { return f(n) }

func twice(f Op, n int) int { return apply(f, apply(f, n)) }

func chain(fs ...Op) int {
	n := 1
	for _, f := range fs {
		n = f(n)
	}
	return n
}

func pick(fast bool) Op {
	if fast {
		return double
	}
	return square
}

func main() {
	apply(double, 1)
	twice(square, 2)
	chain(double, square)
	pick(true)(3)
	f := pick(false)
	f(4)
	apply(func(n int) int { return square(n) }, 5)
}
