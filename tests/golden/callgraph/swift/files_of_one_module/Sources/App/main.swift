import Foundation

let order = Order()
order.total()
greet()
Text.shout("a")
print("done")
