export function View({ items, onPick }: Props) {
  const [open, setOpen] = useState(false);
  const rows = items.filter((item) => item.open === open).map((item) => <Row key={item.id} {...item} onPick={() => onPick(item)} />);
  if (!rows.length) return <Empty label={open ? "open" : "closed"} />;
  return <List onClick={() => setOpen(!open)}>{rows}</List>;
}
