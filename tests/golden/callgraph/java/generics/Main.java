import java.util.ArrayList;
import java.util.List;

interface Animal {
    String name();
}

class Dog implements Animal {
    public String name() {
        return bark();
    }

    String bark() {
        return "wuff";
    }
}

class Box<T extends Animal> {
    private T content;

    Box(T content) {
        this.content = content;
    }

    T open() {
        content.name();
        return content;
    }
}

class Main {
    static <A extends Animal> void tell(A animal) {
        animal.name();
    }

    static void each(List<Dog> dogs) {
        for (Dog dog : dogs) {
            dog.bark();
        }
    }

    public static void main(String[] args) {
        Box<Dog> box = new Box<>(new Dog());
        box.open().bark();
        tell(box.open());
        List<Dog> dogs = new ArrayList<>();
        dogs.add(new Dog());
        each(dogs);
    }
}
