package side

var state = compute()

func init() {
	prepare()
}

func init() {
	compute()
}

func prepare() {}

func compute() int { return 1 }
