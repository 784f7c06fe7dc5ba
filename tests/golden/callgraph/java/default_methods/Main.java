interface Named {
    String name();

    default String title() {
        return "The " + name();
    }

    static Named of(String text) {
        return new Fixed(text);
    }
}

interface Loud extends Named {
    default String title() {
        return Named.super.title().toUpperCase();
    }
}

class Fixed implements Named {
    private final String text;

    Fixed(String text) {
        this.text = text;
    }

    public String name() {
        return text;
    }
}

class Horn implements Loud {
    public String name() {
        return title();
    }
}

class Main {
    static void print(Named named) {
        named.title();
    }

    public static void main(String[] args) {
        Named.of("a").name();
        Horn horn = new Horn();
        horn.title();
        print(horn);
    }
}
