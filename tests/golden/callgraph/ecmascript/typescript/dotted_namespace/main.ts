namespace Outer.Inner { export function go(): void { help(); } function help(): void {} }
namespace Outer { export function start(): void { Inner.go(); } }
Outer.Inner.go();
Outer.start();
import Short = Outer.Inner;
Short.go();
