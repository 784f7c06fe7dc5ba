namespace Tools { export function cut(): void { sharpen(); } function sharpen(): void {} export const glue = (): void => {}; }
Tools.cut();
Tools.glue();
