package store

import "example.com/app/util"

type Store struct {
	items []string
}

func Open(name string) *Store {
	check(name)
	return &Store{}
}

func (s *Store) Put(item string) {
	s.items = append(s.items, util.Trim(item))
}
