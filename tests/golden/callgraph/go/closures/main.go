package main

func next() int { return 1 }

func counter() func() int {
	n := 0
	return func() int {
		n += next()
		return n
	}
}

func walk(depth int) {
	var visit func(int)
	visit = func(d int) {
		if d > 0 {
			visit(d - 1)
		}
		next()
	}
	visit(depth)
	func() {
		next()
	}()
	defer func() {
		recover()
	}()
}

func main() {
	c := counter()
	c()
	walk(2)
}
