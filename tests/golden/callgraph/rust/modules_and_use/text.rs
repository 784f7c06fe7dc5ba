pub fn clean(s: &str) -> usize {
    inner::deep();
    s.len()
}

pub mod inner {
    pub fn deep() {
        super::helper();
    }
}

fn helper() {}
