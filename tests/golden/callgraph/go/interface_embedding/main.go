package main

type Reader interface{ Read(n int) int }
type Closer interface{ Close() error }

type ReadCloser interface {
	Reader
	Closer
}

type File struct{}

func (f *File) Read(n int) int { return n }
func (f *File) Close() error   { return nil }

type Buffer struct{}

func (b *Buffer) Read(n int) int { return n }

type Wrapped struct{ *File }

func (w *Wrapped) Read(n int) int { return w.File.Read(n) }

func use(rc ReadCloser) {
	rc.Read(1)
	rc.Close()
}

func drain(r Reader) { r.Read(2) }

func main() {
	use(&File{})
	use(&Wrapped{&File{}})
	drain(&Buffer{})
}
