<?php

class Street
{
    public function name(): string
    {
        return 's';
    }
}

class Address
{
    public Street $street;

    public function __construct()
    {
        $this->street = new Street();
    }

    public function find(): Street
    {
        return $this->street;
    }
}

class Person
{
    public ?Person $friend = null;

    public function __construct(private Address $address)
    {
    }

    public function where(): string
    {
        $this->friend?->where();
        return $this->address->street->name() . $this->address->find()->name();
    }
}

class Keeper
{
    private $person;

    public function __construct(Person $person)
    {
        $this->person = $person;
    }

    public function look(): string
    {
        return $this->person->friend->where();
    }
}

$person = new Person(new Address());
$person->where();
