package main

type Handler func(string) string

type Route struct {
	path    string
	handler func(string) string
}

type Server struct {
	routes  []Route
	onError func()
}

func upper(s string) string { return s }
func lower(s string) string { return s }
func fail()                 {}

var table = map[string]Handler{
	"upper": upper,
	"lower": lower,
}

var fallback Handler = lower

func (s *Server) serve(path string) {
	for _, r := range s.routes {
		if r.path == path {
			r.handler(path)
		}
	}
	s.onError()
}

func dispatch(name string) string {
	if h, ok := table[name]; ok {
		return h(name)
	}
	return fallback(name)
}

func main() {
	s := &Server{onError: fail}
	s.routes = append(s.routes, Route{"/", upper})
	s.serve("/")
	table["upper"]("x")
	dispatch("lower")
}
