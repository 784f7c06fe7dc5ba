<?php

interface Shape
{
    public function area(): float;
}

class Circle implements Shape
{
    public function area(): float
    {
        return 3.14;
    }
}

class Square implements Shape
{
    public function area(): float
    {
        return 1.0;
    }
}

class Farm
{
    public function area(): float
    {
        return 10.0;
    }
}

function measure(Shape $shape): float
{
    return $shape->area();
}

function pick(bool $round): Shape
{
    return $round ? new Circle() : new Square();
}

function all(): void
{
    measure(new Circle());
    pick(true)->area();
    (new Farm())->area();
}
