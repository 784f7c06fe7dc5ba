function debounce(fn) { let timer; return (...args) => { clearTimeout(timer); timer = setTimeout(() => fn(...args), 0); }; }
const save = debounce(function store() {});
save();
