class Main {
    private final Helper helper = new Helper();

    public static void main(String[] args) {
        new Main().go();
    }

    void go() {
        helper.help(1);
        this.helper.help(1, 2);
        other();
    }

    void other() {
    }
}

class Helper {
    void help() {
    }

    void help(int a) {
        help();
    }

    void help(int a, int b) {
        help(a);
    }
}
