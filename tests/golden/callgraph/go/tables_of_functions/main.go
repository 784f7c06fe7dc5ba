package main

func plus(n int) int  { return n + 1 }
func minus(n int) int { return n - 1 }
func twice(n int) int { return n * 2 }
func idle(n int) int  { return n }

var byName = map[string]func(int) int{"plus": plus, "minus": minus}
var inOrder = []func(int) int{plus, twice}
var unused = []func(int) int{idle}

func named(name string) int { return byName[name](1) }

func first() int { return inOrder[0](1) }

func all() int {
	total := 0
	for _, f := range inOrder {
		total += f(1)
	}
	return total
}

func found(name string) int {
	if f, ok := byName[name]; ok {
		return f(1)
	}
	return 0
}

func local(name string) int {
	table := map[string]func(int) int{"minus": minus}
	return table[name](1)
}

func given(table map[string]func(int) int) int { return table["plus"](1) }

func shadowed(name string) int {
	byName := map[string]func(int) int{"twice": twice}
	return byName[name](1)
}

func main() {
	named("plus")
	first()
	all()
	found("minus")
	local("minus")
	given(byName)
	shadowed("twice")
	println(len(unused))
}
