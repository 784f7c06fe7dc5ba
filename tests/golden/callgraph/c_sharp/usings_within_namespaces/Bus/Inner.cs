using System;

namespace Bus
{
    using Wire;
    using static Wire.Deep.Tools;

    public class Inner
    {
        public void Run()
        {
            new Signature().Write();
            Signature.Of();
            Twice(2);
        }
    }
}
