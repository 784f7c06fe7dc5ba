<?php
namespace App;

use App\Model\Order;
use App\Model\Order as Bill;
use App\Tools\{Text, Maths as M};
use function App\Tools\twice;
use function App\Tools\thrice as triple;

function start(): void
{
    $order = new Order();
    $order->total();
    (new Bill())->total();
    Text::shout('a');
    M::half(2);
    twice(2);
    triple(3);
    greet();
    \App\Other\far();
    Other\far();
    strlen('x');
}
