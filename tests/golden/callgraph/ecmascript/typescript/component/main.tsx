import { Button } from './button';
export function App() { return <div><Button onClick={press} /></div>; }
function press(): void {}
