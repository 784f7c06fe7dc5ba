class Both:
    def __iter__(self):
        return iter([1])

    def __reversed__(self):
        return iter([2])


class Sequence:
    def __len__(self):
        return 2

    def __getitem__(self, place):
        return place


class Place:
    def __index__(self):
        return 1


def backwards(v):
    return reversed(v)


def measured(v):
    return reversed(v)


def taken(place):
    return [1, 2][place]


def of_tuple(place):
    pair = (3, 4)
    return pair[place]


backwards(Both())
measured(Sequence())
taken(Place())
of_tuple(Place())
