<?php

class Adder
{
    public function __invoke(int $a): int
    {
        return $this->add($a);
    }

    private function add(int $a): int
    {
        return $a + 1;
    }
}

function apply(Adder $adder): int
{
    return $adder(1);
}

function run(): void
{
    $adder = new Adder();
    $adder(2);
    apply($adder);
    (new Adder())(3);
    usort($list, 'compare');
}

function compare($a, $b): int
{
    return 0;
}
