import java.util.Iterator;
import java.util.List;

class Door implements AutoCloseable {
    public void close() {
        creak();
    }

    private void creak() {
    }
}

class Gate extends Door {
    @Override
    public void close() {
    }
}

class Cursor implements Iterator<Integer> {
    public boolean hasNext() {
        return false;
    }

    public Integer next() {
        return 0;
    }
}

class Numbers implements Iterable<Integer> {
    public Cursor iterator() {
        return new Cursor();
    }
}

class Names implements Iterable<String> {
    public Iterator<String> iterator() {
        return null;
    }
}

class Main {
    static Numbers numbers() {
        return new Numbers();
    }

    static void shut(Door given) throws Exception {
        try (given) {
        }
    }

    static void both() throws Exception {
        try (Door front = new Door(); var back = new Gate()) {
        }
    }

    static void outside(java.io.Reader reader) throws Exception {
        try (reader) {
        }
    }

    static int count(Names names, List<String> others, int[] plain) {
        int total = 0;
        for (Integer each : numbers()) {
            total++;
        }
        for (String each : names) {
            total++;
        }
        for (String each : others) {
            total++;
        }
        for (int each : plain) {
            total++;
        }
        return total;
    }
}
