class Printer {
    void print(String text) {
    }

    void print(int number) {
    }

    void print(String text, Object... rest) {
        print(text);
    }

    void print(String text, int times) {
        print();
    }

    void print() {
    }
}

class Loud extends Printer {
    void print(String text, int times) {
        super.print(text, times);
    }

    void print(String text, int times, boolean bell) {
        print(text, times);
    }
}

class Main {
    public static void main(String[] args) {
        Printer printer = new Printer();
        printer.print();
        printer.print("a", 1, 2, 3);
        Loud loud = new Loud();
        loud.print("a", 2, true);
        loud.print();
        loud.print("a", 3);
    }
}
