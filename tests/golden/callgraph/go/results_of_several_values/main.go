package main

import (
	"errors"
	"os"
)

type Conn struct{}
type Row struct{ conn *Conn }
type Fault struct{}

func (f *Fault) Error() string { return "" }
func (f *Fault) Code() int     { return 1 }
func (c *Conn) Query() (*Row, *Fault) {
	return &Row{c}, nil
}
func (c *Conn) Close()  {}
func (r *Row) Scan()    { r.conn.Close() }
func (r *Row) Next() bool { return false }

func dial() (*Conn, error) {
	if os.Getenv("X") == "" {
		return nil, errors.New("no")
	}
	return &Conn{}, nil
}

func named() (row *Row, conn *Conn) {
	row = &Row{}
	row.Next()
	conn.Close()
	return
}

func main() {
	c, err := dial()
	if err != nil {
		return
	}
	defer c.Close()
	row, fault := c.Query()
	fault.Code()
	row.Scan()
	for row.Next() {
	}
	_, other := named()
	other.Query()
}
