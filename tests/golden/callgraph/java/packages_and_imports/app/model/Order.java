package app.model;

public class Order {
    public int total() {
        return 1;
    }
}
