(function () { helper(); })();
(() => helper())();
!function named() { helper(); }();
function helper() {}
