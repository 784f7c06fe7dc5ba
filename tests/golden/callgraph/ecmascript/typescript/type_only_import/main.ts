import type { Widget } from './widget.js';
import { make } from './widget.js';
export function show(widget: Widget): void { widget.draw(); }
show(make());
