<?php

function up($n) { return $n + 1; }
function down($n) { return $n - 1; }
function stay($n) { return $n; }

function at($i)
{
    $steps = [up(...), down(...)];
    return $steps[$i](1);
}

function byName($name)
{
    $named = ['up' => up(...), 'stay' => stay(...)];
    return $named[$name](1);
}

function each()
{
    $steps = [down(...)];
    foreach ($steps as $f) {
        $f(1);
    }
}

class Bus
{
    private array $listeners = [];

    public function on(callable $f)
    {
        $this->listeners[] = $f;
    }

    public function set($name)
    {
        $this->listeners[$name] = stay(...);
    }

    public function fire()
    {
        foreach ($this->listeners as $f) {
            $f(1);
        }
    }
}
