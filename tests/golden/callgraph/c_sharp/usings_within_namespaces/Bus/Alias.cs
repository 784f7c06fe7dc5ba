namespace Bus.Client
{
    using Short = Wire.Signature;

    public class Alias
    {
        public void Run()
        {
            Short.Of();
        }
    }
}
