<?php

interface HasLabel
{
    public function label(): string;
}

enum Suit: string implements HasLabel
{
    case Hearts = 'h';
    case Spades = 's';

    public function label(): string
    {
        return self::prefix() . $this->colour();
    }

    private function colour(): string
    {
        return 'red';
    }

    public static function prefix(): string
    {
        return '';
    }
}

function anonymous(): HasLabel
{
    return new class implements HasLabel {
        public function label(): string
        {
            return $this->own();
        }

        private function own(): string
        {
            return 'x';
        }
    };
}

Suit::Hearts->label();
anonymous()->label();
