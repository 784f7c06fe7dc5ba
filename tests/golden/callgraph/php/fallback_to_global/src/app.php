<?php
namespace App;

class Formatter
{
    public function run(): string
    {
        return format_text('b') . (new \Formatter())->run();
    }
}

function go(): string
{
    $formatter = new Formatter();
    return $formatter->run();
}
