package main

import (
	. "example.com/dot/math2"
	_ "example.com/dot/side"
)

func main() {
	Double(Half(4))
	helper()
}

func helper() {}
