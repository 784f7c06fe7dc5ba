<?php

trait Loud
{
    public function shout(): string
    {
        return $this->text() . $this->mark();
    }

    private function mark(): string
    {
        return '!';
    }
}

trait Counted
{
    protected int $count = 0;

    public static function make(): static
    {
        return new static();
    }
}

class Message
{
    use Loud;
    use Counted;

    public function text(): string
    {
        return 'hello';
    }

    public function send(): void
    {
        $this->shout();
    }
}

class Letter
{
    public function text(): string
    {
        return 'dear';
    }
}

$message = Message::make();
$message->send();
$message->shout();
