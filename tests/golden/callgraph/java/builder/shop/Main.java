package shop;

class Main {
    public static void main(String[] args) {
        Order.builder().item("pen").count(3).build().ship();
        var builder = new Order.Builder();
        var order = builder.item("ink").build();
        order.ship();
    }
}
