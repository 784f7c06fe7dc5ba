indirect enum Level {
    case low
    case high(Int)

    func mark() -> String {
        switch self {
        case .low:
            return scale()
        case .high(let weight):
            return Level.low.mark() + Scale(weight: weight).show()
        }
    }

    private func scale() -> String { "" }

    static func of(_ weight: Int) -> Level {
        return weight > 5 ? .high(weight) : .low
    }
}

struct Scale {
    let weight: Int

    func show() -> String { "" }
}

func start() {
    Level.of(3).mark()
    Level.high(9).mark()
    let level: Level = .low
    level.mark()
}
