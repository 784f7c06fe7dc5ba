import React, { useState, type ReactNode } from "react";
import { Card } from "./card";
import * as Ui from "./ui";

/** What a board is given. */
interface BoardProps {
  title: string;
  children?: ReactNode;
  onMove(from: number, to: number): void;
}

type State = { moves: number };

const LIMIT = 10;

/** Shows a board of cards. */
export function Board({ title, children, onMove }: BoardProps) {
  const [moves, setMoves] = useState<number>(0);
  const move = (from: number, to: number) => {
    setMoves(moves + 1);
    onMove(from, to);
  };
  if (moves > LIMIT) {
    return <Ui.Message tone="warning">{title}</Ui.Message>;
  }
  return (
    <section className="board" onClick={() => move(0, 1)}>
      <h1>{title}</h1>
      <Card key={title} onDrop={move} />
      {children ? children : <Empty />}
    </section>
  );
}

export const Empty = React.memo(() => <p>Nothing here</p>);

export default class Frame extends React.Component<BoardProps, State> {
  static last?: EventTarget;
  state: State = { moves: 0 };

  handle = (event: React.MouseEvent): void => {
    Frame.last = event.target;
    this.setState({ moves: this.state.moves + 1 });
  };

  render(): ReactNode {
    const { title, ...rest } = this.props;
    return (
      <>
        <Board {...rest} title={title.trim()} />
        <button onClick={this.handle}>{this.state.moves}</button>
      </>
    );
  }
}
