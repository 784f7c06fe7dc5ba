enum Level {
    LOW(1) {
        @Override
        String mark() {
            return "low";
        }
    },
    HIGH(9);

    private final int weight;

    Level(int weight) {
        this.weight = weight;
    }

    String mark() {
        return scale();
    }

    private String scale() {
        return "" + weight;
    }

    static Level of(int weight) {
        return weight > 5 ? HIGH : LOW;
    }
}

record Point(int x, int y) {
    Point {
        check(x);
    }

    static void check(int n) {
    }

    int sum() {
        return x() + y;
    }

    Point moved(int by) {
        return new Point(x + by, y);
    }
}

class Main {
    public static void main(String[] args) {
        Level.HIGH.mark();
        Level.of(3).mark();
        Point point = new Point(1, 2);
        point.moved(1).sum();
        point.x();
    }
}
