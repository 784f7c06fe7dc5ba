package shop

func (s *Shop) total(a, b int, c ...string) (n int, err error) {
	x, y := a, b
	var z, w int = 1, 2
	if v, ok := m[k]; ok && v > 1 {
		x++
	} else if a > 1 {
		y = s.rate
	} else {
		x := 5
		use(x)
	}
	for i := 0; i < 3; i++ {
		n += i
	}
outer:
	for key, v := range s.items {
		if v == nil {
			continue outer
		}
		s.items[key].count += 1
	}
	for a < 3 {
		a = next(a)
	}
	for {
		break
	}
	switch t := x.(type) {
	case int:
		y = t
	default:
	}
	switch {
	case a > 1, b:
		x = 1
		fallthrough
	case a > 2:
		x = 2
	default:
		log(y)
	}
	select {
	case v := <-ch:
		x = v
	default:
	}
	defer func() { err = nil }()
	go g(&x)
	p := &T{A: 1, B: x}
	*p = 3
	items := append(c, "x")
	if len(items) > w+z {
		goto end
	}
	return x, nil
end:
	return
}
