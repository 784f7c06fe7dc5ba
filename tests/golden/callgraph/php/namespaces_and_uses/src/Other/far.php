<?php
namespace App\Other;

function far(): void
{
    greet();
}

function greet(): void
{
}
