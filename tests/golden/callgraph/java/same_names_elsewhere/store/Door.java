package store;

public class Door {
    public void close() {
        turn();
    }

    private void turn() {
    }

    public Object get(String key) {
        return key;
    }
}
