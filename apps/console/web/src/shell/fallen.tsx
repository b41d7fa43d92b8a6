import { Component, type ReactNode } from 'react';

interface FallenProps {
  /** What is shown instead, with what went wrong. */
  show(error: Error): ReactNode;
  readonly children: ReactNode;
}

/** A pane that falls takes no other with it; the next one that is chosen is tried anew. */
export class Fallen extends Component<FallenProps, { readonly error: Error | null }> {
  override readonly state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    return this.state.error ? this.props.show(this.state.error) : this.props.children;
  }
}
