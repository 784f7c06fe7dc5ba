class Street {
    func name() -> String { "s" }
}

class Address {
    let street = Street()
    var first: Street { find() }

    func find() -> Street? { street }
}

class Person {
    var address: Address?
    weak var friend: Person?

    func whereabouts() -> String {
        friend?.whereabouts()
        address!.first.name()
        guard let home = address else { return "" }
        home.find()?.name()
        if let other = friend {
            other.whereabouts()
        }
        return self.address?.street.name() ?? ""
    }
}

func make() -> Person { Person() }

func start() {
    let person = make()
    person.whereabouts()
    person.friend?.friend?.whereabouts()
    let thing: Any = person
    (thing as! Person).whereabouts()
    if let cast = thing as? Person {
        cast.whereabouts()
    }
}
