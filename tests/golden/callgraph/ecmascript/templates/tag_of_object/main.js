const css = { tag(parts) { return this.join2(parts); }, join2() {} };
css.tag`x`;
