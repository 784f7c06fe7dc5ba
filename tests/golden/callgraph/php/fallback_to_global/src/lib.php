<?php

function format_text(string $text): string
{
    return trim($text);
}

class Formatter
{
    public function run(): string
    {
        return format_text('a');
    }
}
