def f(): pass
handler = f
