<?php
namespace App\One;

class Thing
{
    public static function make(): self
    {
        return new self();
    }

    public function go(): void
    {
        helper();
        namespace\helper();
        \helper();
        \App\Two\Thing::make()->stop();
        new \DateTime('now');
    }
}

function helper(): void
{
}
