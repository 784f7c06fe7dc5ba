namespace App
{
    partial class Window
    {
        private Button button = new Button();

        void Load()
        {
            button.Show();
            Click();
        }

        void Draw() { }
    }

    class Button
    {
        public void Show() { }
    }
}
