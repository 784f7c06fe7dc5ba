package main

type Node struct {
	next     *Node
	children []*Node
	byName   map[string]*Node
	ready    chan *Node
	grid     [2][2]*Node
}

func (n *Node) visit() {}
func (n *Node) child(name string) *Node {
	return n.byName[name]
}

func walk(n *Node, list []Node, index map[string][]*Node) {
	n.next.next.visit()
	n.children[0].visit()
	for _, c := range n.children {
		c.visit()
		walk(c, nil, nil)
	}
	for i := range list {
		list[i].visit()
	}
	for _, group := range index {
		for _, m := range group {
			m.child("a").child("b").visit()
		}
	}
	got := <-n.ready
	got.visit()
	n.grid[0][1].visit()
	made := make([]*Node, 2)
	made[0].visit()
	fresh := new(Node)
	fresh.visit()
}

func main() {
	root := Node{}
	walk(&root, []Node{{}}, map[string][]*Node{})
}
