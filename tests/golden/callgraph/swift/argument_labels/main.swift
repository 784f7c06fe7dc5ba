class Robot {
    func move(to place: Int) {
        move(by: 1)
    }

    func move(by step: Int) {}

    func turn(_ angle: Int, slowly: Bool = false) {}

    func turn() {
        turn(90)
        turn(45, slowly: true)
    }

    func turn(left: Bool) {
        turn()
    }
}

func drive(robot: Robot) {
    robot.move(to: 3)
    robot.turn(left: true)
    robot.turn(30)
}
