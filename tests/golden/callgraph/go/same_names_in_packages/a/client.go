package a

type Client struct{}

func New() Client { return Client{} }

func (c Client) Do() { helper() }

func helper() {}
