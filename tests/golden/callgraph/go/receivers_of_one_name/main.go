package main

type Cat struct{ name string }

type Dog struct{ friend *Cat }

func (c Cat) Speak() string  { return c.Name() }
func (c Cat) Name() string   { return c.name }
func (d *Dog) Speak() string { return d.Name() + d.friend.Name() }
func (d *Dog) Name() string  { return "dog" }

func NewDog() *Dog {
	return &Dog{friend: &Cat{name: "tom"}}
}

func greet(c Cat, d *Dog) {
	c.Speak()
	d.Speak()
	d.friend.Speak()
}

func main() {
	d := NewDog()
	greet(*d.friend, d)
	NewDog().Speak()
	var c Cat
	c.Speak()
	(&c).Name()
}
