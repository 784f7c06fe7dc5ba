class Base {
    Base() {
        this("none");
    }

    Base(String name) {
        init(name, 1);
    }

    final void init(String name, int level) {
    }
}

class Derived extends Base {
    private final Part part;

    Derived(int n) {
        super("derived");
        part = new Part(this, n);
    }

    Derived() {
        this(0);
    }

    {
        setUp();
    }

    void setUp() {
    }
}

class Part {
    Part(Derived owner, int n) {
        owner.setUp();
    }
}

class Plain {
}

class Main {
    static Base make(boolean small) {
        return small ? new Base() : new Derived(3);
    }

    public static void main(String[] args) {
        make(true).init("a", 2);
        new Derived();
        new Plain();
    }
}
