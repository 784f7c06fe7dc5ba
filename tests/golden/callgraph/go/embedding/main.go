package main

import "sync"

type Base struct{ id int }

func (b *Base) ID() int      { return b.id }
func (b *Base) Reset()       { b.set(0) }
func (b *Base) set(id int)   { b.id = id }
func (b *Base) Describe() {}

type Named struct {
	Base
	name string
}

func (n *Named) Describe() {
	n.Base.Describe()
	n.ID()
}

type Deep struct {
	*Named
	mu sync.Mutex
}

type Guarded struct {
	sync.Mutex
	count int
}

func (g *Guarded) Add() {
	g.Lock()
	g.count++
	g.Unlock()
}

func main() {
	d := Deep{Named: &Named{}}
	d.ID()
	d.Describe()
	d.Named.Reset()
	d.Base.Describe()
	d.mu.Lock()
	g := &Guarded{}
	g.Add()
	g.Lock()
}
