<?php
namespace App\Model;

class Order
{
    public function total(): int
    {
        return 1;
    }
}
