package main

import "example.com/shadow/config"

type config2 struct{}

func (c config2) Load() {}

func first() {
	config.Load()
}

func second() {
	config := config2{}
	config.Load()
}

func third(ok bool) {
	if config := (config2{}); ok {
		config.Load()
	}
	config.Load()
}

func main() {
	first()
	second()
	third(true)
	var len = func(s string) int { return 1 }
	len("x")
}
