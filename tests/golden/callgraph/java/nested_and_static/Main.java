class Outer {
    private int count;

    static class Nested {
        void ring() {
            helper();
            Outer.helper();
        }
    }

    class Inner {
        void ring() {
            touch();
            Outer.this.touch();
            deep();
        }

        void deep() {
        }
    }

    static void helper() {
    }

    void touch() {
        Inner inner = new Inner();
        inner.ring();
        new Nested().ring();
    }

    static class Shared {
        static final Shared INSTANCE = new Shared();

        void use() {
        }
    }
}

class Main {
    public static void main(String[] args) {
        Outer outer = new Outer();
        Outer.Nested nested = new Outer.Nested();
        nested.ring();
        Outer.Inner inner = outer.new Inner();
        inner.ring();
        Outer.Shared.INSTANCE.use();
    }
}
