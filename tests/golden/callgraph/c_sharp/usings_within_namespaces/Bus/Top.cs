namespace Bus.Client
{
    using global::Wire;

    public class Top
    {
        public void Run()
        {
            Cable.Pull();
        }
    }
}
