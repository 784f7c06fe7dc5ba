<?php
namespace Store;

class Door
{
    public function get(string $key): string
    {
        return $key;
    }

    public function close(): void
    {
        $this->turn();
    }

    private function turn(): void
    {
    }
}
