package main

type Box struct {
	count int
}

func (b *Box) Open() int { return b.count }

type Kept = Box

func use(kept *Kept) int {
	made := Kept{count: 1}
	return kept.Open() + made.Open()
}

func main() {
	use(&Box{})
}
