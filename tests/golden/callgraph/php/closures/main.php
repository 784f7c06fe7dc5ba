<?php

class Engine
{
    public function start(): void
    {
    }

    public function each(callable $action): void
    {
        $action(1);
    }
}

class Garage
{
    private Engine $engine;

    public function open(): void
    {
        $this->engine->each(function (int $n) {
            $this->step($n);
        });
        $later = fn () => $this->engine->start();
        $later();
        $helper = new Engine();
        array_map(function ($x) use ($helper) {
            $helper->start();
        }, [1]);
    }

    private function step(int $n): void
    {
    }
}
