package shop;

public class Order {
    private final String item;

    private Order(Builder builder) {
        this.item = builder.what;
    }

    public static Builder builder() {
        return new Builder();
    }

    public void ship() {
    }

    public static class Builder {
        private String what;

        public Builder item(String item) {
            this.what = item;
            return this;
        }

        public Builder count(int count) {
            return item("x").item("y");
        }

        public Order build() {
            return new Order(this);
        }
    }
}
