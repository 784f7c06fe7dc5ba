package main

type Bus struct {
	listeners []func(int)
	handlers  map[string]func(int)
}

type Quiet struct {
	listeners []func(int)
}

var listeners []func(int)

func count(int) {}
func audit(int) {}
func trace(int) {}
func write(int) {}
func still(int) {}

func register(f func(int)) { listeners = append(listeners, f) }

func notify() {
	for _, f := range listeners {
		f(1)
	}
}

func NewBus() *Bus {
	return &Bus{handlers: map[string]func(int){"write": write}}
}

func (b *Bus) On(f func(int)) { b.listeners = append(b.listeners, f) }

func (b *Bus) Set(topic string, f func(int)) { b.handlers[topic] = f }

func (b *Bus) Fire() {
	for _, f := range b.listeners {
		f(1)
	}
}

func (b *Bus) Handle(topic string) { b.handlers[topic](1) }

func (q *Quiet) On(f func(int)) { q.listeners = append(q.listeners, f) }

func (q *Quiet) Fire() { q.listeners[0](1) }

func main() {
	register(count)
	notify()
	bus := NewBus()
	bus.On(audit)
	bus.Set("trace", trace)
	bus.Fire()
	bus.Handle("write")
	quiet := &Quiet{}
	quiet.On(still)
	quiet.Fire()
}
