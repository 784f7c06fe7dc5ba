package main

import "time"

type Celsius float64

type Names []string

type Visit func(int)

func (c Celsius) Round() Celsius { return Celsius(int(c)) }
func (n Names) Len() int         { return len(n) }
func (v Visit) Do()              { v(1) }

func show(n int) {}

func main() {
	c := Celsius(36.6)
	c.Round()
	Celsius(1).Round()
	Names(nil).Len()
	b := []byte("abc")
	_ = string(b)
	_ = time.Duration(5)
	Visit(show).Do()
	v := Visit(show)
	v(2)
}
