package app.other;

public class Order {
    public int total() {
        return app.tools.Maths.twice(1);
    }
}
