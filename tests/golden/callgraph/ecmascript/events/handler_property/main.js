const button = { onclick: null, click() { this.onclick(); } };
button.onclick = () => handled();
function handled() {}
button.click();
