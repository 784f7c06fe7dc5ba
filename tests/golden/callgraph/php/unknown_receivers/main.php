<?php

class Plug
{
    public function start(): void
    {
    }

    public function stop(int $code): void
    {
    }
}

class Motor
{
    public function start(int $speed = 1): void
    {
    }
}

class Lamp
{
    public static function glow(): void
    {
    }
}

function handle($thing, array $things): void
{
    $thing->start();
    foreach ($things as $each) {
        $each->stop(1);
        $each->blink();
    }
    Lamp::glow();
    if ($thing instanceof Motor) {
        return;
    }
}
