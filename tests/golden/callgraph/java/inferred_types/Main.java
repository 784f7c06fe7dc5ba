class Engine {
    Wheel wheel() {
        return new Wheel();
    }

    static Engine create() {
        return new Engine();
    }
}

class Wheel implements AutoCloseable {
    void turn() {
    }

    public void close() {
    }
}

class Main {
    public static void main(String[] args) throws Exception {
        var engine = Engine.create();
        var wheel = engine.wheel();
        wheel.turn();
        try (Wheel spare = engine.wheel()) {
            spare.turn();
        }
        Object thing = wheel;
        ((Wheel) thing).turn();
        if (thing instanceof Engine found) {
            found.wheel();
        }
        Wheel[] wheels = {new Wheel()};
        wheels[0].turn();
        for (var each : wheels) {
            each.turn();
        }
    }
}
