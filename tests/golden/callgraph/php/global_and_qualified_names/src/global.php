<?php

function helper(): void
{
    other_helper();
}

function other_helper(): void
{
}
