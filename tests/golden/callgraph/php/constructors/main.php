<?php

class Base
{
    public function __construct(string $name, int $level = 0)
    {
        $this->init($name);
    }

    final public function init(string $name): void
    {
    }
}

class Derived extends Base
{
    private Part $part;

    public function __construct(int $n)
    {
        parent::__construct('derived');
        $this->part = new Part($this);
    }
}

class Inheriting extends Base
{
}

class Part
{
    public function __construct(Derived $owner)
    {
        $owner->init('part');
    }
}

class Plain
{
    public static function create(): static
    {
        return new static();
    }
}

function main(): void
{
    $derived = new Derived(1);
    $derived->init('x');
    new Inheriting('y');
    Plain::create();
    $class = 'Derived';
    new $class(2);
}
