fn total(&mut self, a: &mut i32, (b, c): (i32, i32)) -> Result<i32, Error> {
    let mut x = if b > 1 { 1 } else { g()?; 2 };
    let Some(y) = opt else { return Err(1); };
    if let Some(z) = opt && z > 1 {
        x = z;
    }
    let kind = match v {
        Some(n) if n > 1 => n,
        A { p, q: r } => { s(p); r }
        _ => 0,
    };
    'outer: for (i, j) in self.items.iter() {
        if *i > 1 { continue 'outer; }
        self.items[0].count += j;
    }
    while let Some(k) = it.next() { x += k; }
    loop {
        x -= 1;
        if x < 0 { break; }
    }
    println!("{}", x + y.z);
    *a = 3;
    h(&mut x, &b);
    let t = |k| k + x;
    let x = x as u8;
    { let x = 5; log(x); }
    self.tree = Foo { a: 1, b, ..base };
    match kind {
        0 => Ok(t(1)),
        other => {
            let w = other;
            Err(w.into())
        }
    }
}
