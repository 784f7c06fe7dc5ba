namespace App
{
    partial class Window
    {
        public Window()
        {
            Load();
        }

        void Click()
        {
            Draw();
        }
    }
}
