export function Button(props: { onClick: () => void }) { return <button onClick={() => props.onClick()} />; }
