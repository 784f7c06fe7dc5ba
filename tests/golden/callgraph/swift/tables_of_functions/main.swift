func up(_ n: Int) -> Int { return n + 1 }
func down(_ n: Int) -> Int { return n - 1 }
func stay(_ n: Int) -> Int { return n }

let steps: [(Int) -> Int] = [up, down]
let named: [String: (Int) -> Int] = ["up": up, "stay": stay]

func at(_ i: Int) -> Int { return steps[i](1) }

func byName(_ name: String) -> Int { return named[name]!(1) }

func each() -> Int {
    var total = 0
    for f in steps {
        total += f(1)
    }
    return total
}

func local() -> Int {
    let own = [stay]
    return own[0](1)
}
