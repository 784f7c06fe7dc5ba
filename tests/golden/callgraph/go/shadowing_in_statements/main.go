package main

func load() int   { return 1 }
func save() error { return nil }
func check() bool { return true }
func size() int   { return 2 }

func ifScope() {
	if load := save(); load != nil {
		_ = load
	}
	load()
}

func forScope() {
	for check := 0; check < 3; check++ {
		_ = check
	}
	for _, size := range []int{1} {
		_ = size
	}
	check()
	size()
}

func switchScope() {
	switch save := load(); save {
	case 1:
		check := size()
		_ = check
	case 2:
		check()
	}
	save()
}

func blockScope() {
	{
		size := 3
		_ = size
	}
	size()
	load := load()
	_ = load
}

func parameter(size func() int) { size() }

func main() {
	ifScope()
	forScope()
	switchScope()
	blockScope()
	parameter(load)
}
