<?php

abstract class Job
{
    public function __construct(protected string $name)
    {
        self::log($name);
    }

    public function run(): void
    {
        $this->prepare();
        $this->work();
        $this->finish();
    }

    protected function prepare(): void
    {
    }

    abstract public function work(): void;

    private function finish(): void
    {
    }

    public static function log(string $line): void
    {
    }
}

class PrintJob extends Job
{
    public function __construct()
    {
        parent::__construct('print');
    }

    protected function prepare(): void
    {
        parent::prepare();
        $this->paper();
    }

    public function work(): void
    {
        static::log('work');
    }

    public function paper(): void
    {
    }
}

class ColourJob extends PrintJob
{
    public function paper(): void
    {
        parent::paper();
        $this->prepare();
    }
}

$colour = new ColourJob();
$colour->run();
$colour->work();
