class Box {
    init() {}
    func open() {}
}

typealias Kept = Box

func use(kept: Kept) {
    kept.open()
    let made = Kept()
    made.open()
}

use(kept: Box())
