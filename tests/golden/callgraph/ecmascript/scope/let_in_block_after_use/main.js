let handler = first;
function first() {}
function second() {}
{ let handler = second; handler(); }
handler();
