<?php
namespace App\Two;

use App\One;

class Thing
{
    public static function make(): Thing
    {
        One\Thing::make()->go();
        One\helper();
        return new Thing();
    }

    public function stop(): void
    {
    }
}
