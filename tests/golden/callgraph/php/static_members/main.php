<?php

class Registry
{
    private static ?Registry $instance = null;
    public static array $items = [];

    public static function get(): self
    {
        if (self::$instance === null) {
            self::$instance = new self();
        }
        return self::$instance;
    }

    public function add(string $item): static
    {
        static::check($item);
        return $this;
    }

    private static function check(string $item): void
    {
    }
}

class Checker
{
    public static function check(string $item): void
    {
    }
}

Registry::get()->add('a')->add('b');
Checker::check('x');
