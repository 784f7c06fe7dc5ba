package main

type Counter struct{ n int }

func (c *Counter) Inc()      { c.n++ }
func (c Counter) Get() int   { return c.n }
func (c *Counter) Add(n int) { c.n += n }

func main() {
	c := &Counter{}
	inc := c.Inc
	inc()
	get := Counter.Get
	get(*c)
	(*Counter).Add(c, 2)
	add := (*Counter).Add
	add(c, 3)
	defer c.Inc()
	go c.Add(1)
}
