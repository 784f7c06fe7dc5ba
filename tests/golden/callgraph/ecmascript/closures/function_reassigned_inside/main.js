let lazy = function () { lazy = function ready() { return 1; }; return lazy(); };
lazy();
lazy();
