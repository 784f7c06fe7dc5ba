import Foundation
import struct Soil.Sample
import class Tools.Spade
@testable import Weather

/// How many beds a garden has at most.
public let maxBeds = 12
var planted: Int = 0

/// What grows.
///
/// It has a name and an age.
public protocol Plant: AnyObject, Comparable {
    associatedtype Fruit
    var name: String { get }
    static var kinds: Int { get set }
    func water(_ litres: Double) -> Bool
    mutating func age()
    init(name: String)
}

/// The state of a bed.
enum Bed: Int, CaseIterable, Dug {
    /// Nothing is in it.
    case empty = 0
    case sown, grown

    var isFree: Bool { self == .empty }

    func next() -> Bed {
        switch self {
        case .empty: return .sown
        case .sown, .grown:
            return .grown
        }
    }
}

indirect enum Path {
    case gate
    case step(Path, length: Int)
}

struct Place: Hashable {
    let x, y: Int
    static let origin = Place(x: 0, y: 0)

    /// Goes by a step.
    mutating func move(by dx: Int, _ dy: Int = 0) {
        self = Place(x: x + dx, y: y + dy)
    }

    static func + (left: Place, right: Place) -> Place {
        return Place(x: left.x + right.x, y: left.y + right.y)
    }
}

typealias Harvest = [String: Int]

/// A garden with its gardener.
@available(iOS 13, *)
@MainActor
open class Garden<P: Plant>: Land<P>, Watered, Codable where P.Fruit: Eaten {
    public static let limit = 3, reserve: Int = 1
    private(set) var plants: [P] = []
    weak var owner: Gardener?
    lazy var shed: Shed = Shed(of: self)
    @Published var mood: String = "calm"

    var size: Int { return plants.count }

    var level: Int {
        get { depth.rounded() }
        set { depth = Double(newValue) }
    }

    var rain: Double = 0 {
        didSet { soak(rain) }
    }

    /// Lays out a garden.
    public init(owner: Gardener, _ names: String..., dry: Bool = false) throws {
        self.owner = owner
        super.init()
        for name in names where !name.isEmpty {
            add(P(name: name))
        }
    }

    convenience init?(from other: Garden) {
        guard let owner = other.owner else { return nil }
        try? self.init(owner: owner)
    }

    deinit {
        planted -= 1
    }

    subscript(index: Int) -> P {
        return plants[index]
    }

    /// Adds a plant, if there is a place.
    @discardableResult
    func add(_ plant: P) -> Bool {
        if plants.count < Garden.limit && plant.name != "" || forced {
            plants.append(plant)
            planted += 1
            return true
        } else if let owner = owner {
            owner.diary.entries[0].text = "full"
        }
        return false
    }

    func add(_ plant: P, times: Int) {
        for _ in 0..<times {
            self.add(plant)
        }
    }

    /// Waters everything and waits for it.
    override func water(with can: Can, litres: inout Double) async throws -> Harvest {
        var harvest: Harvest = [:]
        let thirsty = plants.filter { $0.water(1) == false }.map { plant in plant.name }
        do {
            let weather = try await Weather.fetch(at: Place.origin)
            litres -= weather.rain ?? 0
        } catch let error as WeatherError {
            print("no weather: \(error.text())")
        } catch {
            throw GardenError.dry(thirsty.first!)
        }
        defer { can.close() }
        while litres > 0 {
            litres = litres - 1
        }
        repeat { can.shake() } while can.full
        let sorted = thirsty.sorted(by: { (a: String, b: String) -> Bool in
            return a < b
        })
        harvest[sorted[0]] = litres > 2 ? 1 : 0
        (can as? Bucket)?.turn()
        super.rest()
        return harvest
    }

    class func build() -> Garden { Garden.make() }

    private struct Tool {
        var worn = false
    }
}

extension Garden: Sellable where P: Priced {
    /// What it costs.
    var price: Double { Self.rate() * 2 }

    func sell(to buyer: Buyer) {
        let key = \Buyer.name
        func sign() { buyer.sign(key) }
        sign()
    }
}

extension String {
    func shouted() -> String { self.uppercased() }
}

actor Pump {
    private var pressure = 0
    func push() { pressure += 1 }
}

fileprivate func forecast(days: Int, _ done: @escaping (Int) -> Void) -> Int? {
    let result = days > 3 ? nil : days
    done(days)
    return result
}

#if os(iOS)
func vibrate() {}
#endif

final class GardenTests: XCTestCase {
    func testPlaces() {
        let place = Place.origin + Place(x: 1, y: 2)
        XCTAssertEqual(place.x, 1)
    }
}
