package use;

import java.util.HashMap;
import java.util.Map;
import store.Cache;

public class Main {
    private Map<String, String> names = new HashMap<>();

    public void load(Cache cache, String key) {
        Object value = cache.get(key);
        names.get(key);
        var other = new Cache();
        other.close();
        key.trim();
    }

    void turn() {
        close();
    }

    void close() {
    }
}
