<?php

class Order
{
    public static function builder(): OrderBuilder
    {
        return new OrderBuilder();
    }

    public function ship(): void
    {
    }
}

class OrderBuilder
{
    public function item(string $item): self
    {
        return $this;
    }

    public function count(int $count)
    {
        return $this->item('x')->item('y');
    }

    public function build(): Order
    {
        return new Order();
    }
}

class Crate
{
    public function ship(): void
    {
    }
}

Order::builder()->item('pen')->count(3)->build()->ship();
$builder = new OrderBuilder();
$order = $builder->build();
$order->ship();
