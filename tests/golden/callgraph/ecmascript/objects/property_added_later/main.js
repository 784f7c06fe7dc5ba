const bag = {};
bag.run = () => {};
bag['walk'] = stroll;
function stroll() {}
bag.run();
bag.walk();
