package store

func (s *Store) Size() int {
	check("size")
	return len(s.items)
}

func check(name string) {
	if name == "" {
		panic("no name")
	}
}
