function List() {}
List.prototype = { add() { this.grow(); }, grow: function () {} };
new List().add();
