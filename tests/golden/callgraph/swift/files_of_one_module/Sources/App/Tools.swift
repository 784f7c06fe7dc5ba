enum Text {
    static func shout(_ text: String) -> String { text }
}

func greet() {
    _ = Order().total()
}
