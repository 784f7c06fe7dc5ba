class Cat:
    @property
    def sound(self):
        return "meow"


class Dog:
    @property
    def sound(self):
        return "woof"

    @sound.setter
    def sound(self, value):
        self._sound = value


class Stone:
    sound = ""


def hear(animal):
    heard = animal.sound
    return heard


hear(Cat())
hear(Dog())
hear(Stone())
