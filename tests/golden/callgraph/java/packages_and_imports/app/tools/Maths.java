package app.tools;

public class Maths {
    public static int twice(int n) {
        return n * 2;
    }
}
