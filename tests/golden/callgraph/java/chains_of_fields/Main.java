class Street {
    String name() {
        return "s";
    }
}

class Address {
    final Street street = new Street();

    Street getStreet() {
        return this.street;
    }
}

class Person {
    private Address address;
    protected Person friend;

    Person(Address address) {
        this.address = address;
    }

    String where() {
        return this.address.street.name() + address.getStreet().name();
    }

    String whereFriend() {
        return friend.friend.where();
    }
}

class Pupil extends Person {
    Pupil() {
        super(new Address());
    }

    String both() {
        return friend.where() + this.friend.whereFriend() + where();
    }
}
