<?php
namespace Load;

use Psr\Log\LoggerInterface;
use Store\Cache;

class Loader
{
    public function __construct(private Cache $cache, private LoggerInterface $log)
    {
    }

    public function load(string $key): ?string
    {
        $this->log->close($key);
        $other = new Cache();
        $other->close();
        $this->turn();
        return $this->cache->get($key);
    }

    private function turn(): void
    {
        $this->close();
    }

    private function close(): void
    {
    }
}
