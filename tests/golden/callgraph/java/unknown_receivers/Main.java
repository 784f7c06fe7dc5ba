import com.acme.Registry;

class Plug {
    void start() {
    }

    void stop(int code) {
    }
}

class Motor {
    void start() {
    }

    void start(int speed) {
    }
}

class Lamp {
    static void glow() {
    }
}

class Main {
    public static void main(String[] args) {
        Registry registry = new Registry();
        registry.find("a").start();
        registry.find("b").stop(1);
        registry.find("c").blink();
        Lamp.glow();
    }
}
