from abc import ABC, abstractmethod
class Shape(ABC):
    def show(self):
        return self.area()
    @abstractmethod
    def area(self):
        """Of the shape."""
class Polygon(Shape):
    def sides(self):
        return self.count()
    def count(self):
        raise NotImplementedError
    def area(self):
        return self.sides()
class Square(Polygon):
    def count(self):
        return 4
Square().show()
