function html(parts, ...values) { values.forEach((value) => value()); return escape2(parts[0]); }
function escape2(text) { return text; }
html`a${function item() {}}b`;
