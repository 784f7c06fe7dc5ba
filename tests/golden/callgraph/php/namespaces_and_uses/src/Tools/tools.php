<?php
namespace App\Tools;

class Text
{
    public static function shout(string $text): string
    {
        return $text;
    }
}

class Maths
{
    public static function half(int $n): int
    {
        return twice($n);
    }
}

function twice(int $n): int
{
    return $n * 2;
}

function thrice(int $n): int
{
    return $n * 3;
}
