<?php
namespace Store;

class Cache
{
    public function get(string $key): ?string
    {
        return null;
    }

    public function close(): void
    {
    }
}
