package app;

class Neighbour {
    static void greet() {
        Main.main(null);
    }
}
