package main

import (
	"fmt"

	"example.com/app/store"
	tools "example.com/app/util"
)

func main() {
	s := store.Open("x")
	s.Put(tools.Trim(" a "))
	fmt.Println(s.Size())
	local()
}

func local() {
	tools.Trim("b")
}
