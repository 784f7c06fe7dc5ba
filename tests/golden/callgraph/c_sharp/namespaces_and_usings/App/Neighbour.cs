namespace App;

static class Neighbour
{
    public static void Greet()
    {
        Program.Main();
    }
}
