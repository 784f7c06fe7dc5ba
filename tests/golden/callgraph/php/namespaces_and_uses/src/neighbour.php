<?php
namespace App;

function greet(): void
{
    start();
}
