package main

import (
	"example.com/same/a"
	"example.com/same/b"
)

type Worker struct {
	left  a.Client
	right *b.Client
}

func (w *Worker) Do() {
	w.left.Do()
	w.right.Do()
}

func run(c a.Client) { c.Do() }

func main() {
	w := &Worker{left: a.New(), right: b.New()}
	w.Do()
	run(a.New())
	b.New().Do()
}
