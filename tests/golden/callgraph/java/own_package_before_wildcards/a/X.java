package a;

public class X {
    public static int name() { return 1; }
}
