namespace A { public class X { public static int Name() { return 1; } } }
namespace B { public class X { public static int Name() { return 2; } } }
namespace N { public class X { public static int Name() { return 3; } } }
