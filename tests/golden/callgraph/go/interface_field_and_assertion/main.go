package main

type Logger interface{ Log(text string) }

type Console struct{ lines int }

func (c *Console) Log(text string) { c.lines++ }
func (c *Console) Flush()          {}

type Service struct{ logger Logger }

func NewService(l Logger) *Service { return &Service{logger: l} }

func (s *Service) Run() {
	s.logger.Log("run")
	if c, ok := s.logger.(*Console); ok {
		c.Flush()
	}
	s.logger.(*Console).Log("direct")
	switch l := s.logger.(type) {
	case *Console:
		l.Flush()
	}
}

func main() {
	NewService(&Console{}).Run()
}
