namespace Wire
{
    public static class Cable { public static void Pull() { } }
}
