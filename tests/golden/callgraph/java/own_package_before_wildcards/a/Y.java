package a;

public class Y {
    public static int name() { return 1; }
}
