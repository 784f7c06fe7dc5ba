package app;

import app.model.*;
import app.tools.Text;
import static app.tools.Maths.twice;

public class Main {
    public static void main(String[] args) {
        Order order = new Order();
        order.total();
        Text.shout("a");
        twice(2);
        Neighbour.greet();
        app.other.Order far = new app.other.Order();
        far.total();
    }
}
