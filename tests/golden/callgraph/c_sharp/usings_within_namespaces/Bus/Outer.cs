using Wire;

namespace Bus.Client
{
    public class Outer
    {
        public void Run()
        {
            Cable.Pull();
        }
    }
}
