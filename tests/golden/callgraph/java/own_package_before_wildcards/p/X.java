package p;

public class X {
    public static int name() { return 2; }
}
